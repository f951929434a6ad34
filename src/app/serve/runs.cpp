#include "app/serve/runs.hpp"

#include <algorithm>

namespace bitworth::serve {
namespace {

constexpr std::ptrdiff_t most_at_once = 2;
constexpr std::size_t most_kept = 16;

}  // namespace

Runs::~Runs() {
  for (auto& [number, run] : runs_) run->stop = true;
  for (auto& [number, run] : runs_) run->thread.join();
}

std::optional<int> Runs::start(Work work) {
  const std::lock_guard lock(mutex_);
  if (std::ranges::count_if(runs_, [](const auto& each) { return !each.second->over; }) >= most_at_once)
    return std::nullopt;
  while (runs_.size() >= most_kept) {
    const auto oldest =
        std::ranges::find_if(runs_, [](const auto& each) { return each.second->over.load(); });
    oldest->second->thread.join();
    runs_.erase(oldest);
  }
  auto run = std::make_unique<Run>();
  run->thread = std::thread([&run = *run, work = std::move(work)] {
    run.answer = work([&](double done) {
      run.progress = done;
      return !run.stop;
    });
    run.over = true;
  });
  runs_.emplace(++last_, std::move(run));
  return last_;
}

std::optional<Runs::View> Runs::look(int number) const {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(number);
  if (found == runs_.end()) return std::nullopt;
  const Run& run = *found->second;
  if (!run.over) return View{run.stop ? State::cancelled : State::running, run.progress, ""};
  if (run.stop) return View{State::cancelled, run.progress, ""};
  return View{State::done, 1, run.answer};
}

bool Runs::cancel(int number) {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(number);
  if (found == runs_.end()) return false;
  if (!found->second->over) found->second->stop = true;
  return true;
}

}  // namespace bitworth::serve
