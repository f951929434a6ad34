#include "app/serve/server.hpp"

#include <httplib.h>
#include <malloc.h>
#include <pthread.h>

#include <csignal>
#include <cstdint>
#include <thread>

#include "app/serve/guard.hpp"
#include "app/serve/handler.hpp"

namespace bitworth::serve {
namespace {

// A slow client holds a thread and nothing else, and no longer than its time-outs.
constexpr std::size_t threads = 64;
constexpr time_t read_seconds = 3, write_seconds = 5, idle_seconds = 2;
constexpr std::size_t requests_per_connection = 1000;

Request request_of(const httplib::Request& from, std::string body) {
  Request request{from.method, from.path, {}, std::move(body)};
  for (const auto& [name, value] : from.headers) request.headers.emplace_back(name, value);
  return request;
}

void fill(httplib::Response& to, const Response& response) {
  to.status = response.status;
  for (const auto& [name, value] : response.headers) to.set_header(name, value);
  to.set_content(response.body, response.type);
}

// What the library turns away by itself says why, and is as safe to show, as what we do.
void refuse_in_words(httplib::Server& server) {
  server.set_error_handler([](const httplib::Request&, httplib::Response& to) {
    if (!to.body.empty()) return;
    Response response = refusal(to.status, "no request that can be answered: see docs/api/openapi.yaml");
    response.headers = safe_headers("default-src 'none'");
    fill(to, response);
  });
}

void limit(httplib::Server& server) {
  server.new_task_queue = [] { return new httplib::ThreadPool(threads); };
  server.set_read_timeout(read_seconds, 0);
  server.set_write_timeout(write_seconds, 0);
  server.set_keep_alive_timeout(idle_seconds);
  server.set_keep_alive_max_count(requests_per_connection);
  server.set_payload_max_length(largest_body);
  server.set_tcp_nodelay(true);
  // The library's own would let a second server take the same port.
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
}

// Each answer takes and frees some megabytes; given back to the system, they would have to be cleared anew.
void keep_memory() {
  constexpr int most_kept = 256 << 20, largest_block = 16 << 20;
  mallopt(M_TRIM_THRESHOLD, most_kept);
  mallopt(M_MMAP_THRESHOLD, largest_block);
}

// Reading what was not announced would wait for the client to hang up.
bool has_body(const httplib::Request& request) {
  return request.has_header("Content-Length") || request.has_header("Transfer-Encoding");
}

std::uint64_t announced(const httplib::Request& request) {
  return request.get_header_value<std::uint64_t>("Content-Length");
}

// What the library does by itself costs more than it gives: it packs each answer with brotli at its slowest
// (0.15 s for what takes 0.02 s to compute), and sends overlapping ranges as often as they are asked for. A
// server may ignore both headers.
void ignore_encodings_and_ranges(httplib::Server& server) {
  server.set_pre_routing_handler([](const httplib::Request& request, httplib::Response&) {
    auto& own = const_cast<httplib::Request&>(request);  // the library's own object, which is not const
    for (const char* name : {"Accept-Encoding", "Range"}) own.headers.erase(name);
    own.ranges.clear();
    return httplib::Server::HandlerResponse::Unhandled;
  });
}

void route(httplib::Server& server, Handler& handler) {
  const auto without_body = [&handler](const httplib::Request& request, httplib::Response& response) {
    fill(response, handler(request_of(request, "")));
  };
  server.Get(".*", without_body);
  server.Options(".*", without_body);
  // Read here, so that what unpacks to more than it is worth is dropped in time.
  const auto with_body = [&handler](const httplib::Request& request, httplib::Response& response,
                                    const httplib::ContentReader& read) {
    std::string body;
    bool too_large = announced(request) > largest_body;
    const auto take = [&](const char* data, std::size_t size) {
      too_large = too_large || body.size() + size > largest_body;
      if (!too_large) body.append(data, size);
      return !too_large;
    };
    if (request.is_multipart_form_data())  // read by parts, and no form is answered
      read([](const httplib::MultipartFormData&) { return true; },
           [](const char*, std::size_t) { return true; });
    else if (has_body(request))
      read(take);
    if (too_large) body.assign(largest_body + 1, ' ');  // the handler says what is wrong
    fill(response, handler(request_of(request, std::move(body))));
  };
  server.Post(".*", with_body);
  server.Put(".*", with_body);
  server.Patch(".*", with_body);
  server.Delete(".*", with_body);
}

/// Stops the server at SIGINT and SIGTERM, which no other thread takes.
class StopOnSignal {
 public:
  explicit StopOnSignal(httplib::Server& server) {
    sigemptyset(&set_);
    for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    thread_ = std::thread([this, &server] {
      int received = 0;
      sigwait(&set_, &received);
      server.stop();
    });
  }
  ~StopOnSignal() {
    pthread_kill(thread_.native_handle(), SIGUSR1);  // where the server ended by itself
    thread_.join();
  }
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;

 private:
  sigset_t set_;
  std::thread thread_;
};

}  // namespace

bool serve(const ServerSettings& settings, const std::function<void(int port)>& listening) {
  keep_memory();
  httplib::Server server;
  limit(server);
  ignore_encodings_and_ranges(server);
  refuse_in_words(server);
  int port = settings.port;
  if (port == 0) {
    port = server.bind_to_any_port(settings.address);
    if (port <= 0) return false;
  } else if (!server.bind_to_port(settings.address, port)) {
    return false;
  }
  std::vector<std::string> hosts = loopback_hosts(port);
  hosts.push_back(settings.address + ":" + std::to_string(port));
  hosts.insert(hosts.end(), settings.names.begin(), settings.names.end());
  const StopOnSignal stop(server);
  Handler handler({settings.page, settings.case_toml, hosts, settings.version, &settings.catalog});
  route(server, handler);
  listening(port);
  server.listen_after_bind();
  return true;
}

}  // namespace bitworth::serve
