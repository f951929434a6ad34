#include <iostream>
#include <memory>

#include "app/cli/command.hpp"
#include "app/cli/host_device.hpp"
#include "app/serve/question.hpp"
#include "app/serve/server.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/formats/case_file.hpp"
#include "bitworth/formats/embedded.hpp"

namespace bitworth::cli {
namespace {

constexpr int usual_port = 8377;

[[noreturn]] void fail(const Problems& problems) {
  Failure failure;
  for (const Error& problem : problems) failure.messages.push_back(to_text(problem));
  throw failure;
}

// Without a case the page opens with the shipped example.
std::string case_to_open(const std::string& path, const formats::Catalog& catalog) {
  if (path.empty()) return std::string(formats::embedded_file("support-chat.toml"));
  auto text = formats::read_case_text(path);
  if (!text) fail({text.error()});
  const auto read = formats::read_case(*text, path, catalog, formats::CaseFiles::refused);
  if (!read) fail(read.error());
  return *std::move(text);
}

}  // namespace

void add_serve(CLI::App& app) {
  struct Flags {
    std::string path;
    serve::ServerSettings server;
  };
  const auto flags = std::make_shared<Flags>();
  flags->server.port = usual_port;
  CLI::App* command = app.add_subcommand(
      "serve", "The page of decide, live on this machine: change the inputs, see the verdict");
  command->add_option("case", flags->path, "The case to open with, a TOML file; default: a shipped example");
  command->add_option("--port", flags->server.port, "0: any that is free")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  command
      ->add_option("--address", flags->server.address,
                   "Where to listen; others than this machine reach no loopback address")
      ->capture_default_str();
  command->add_option("--name", flags->server.names,
                      "A name:port that browsers reach it by besides, behind a proxy");
  command->footer(
      "Examples:\n"
      "  bitworth serve examples/support-chat.toml\n"
      "  bitworth serve --port 9000\n");
  command->callback([flags] {
    serve::ServerSettings& server = flags->server;
    server.catalog = catalog_with_host();
    server.case_toml = case_to_open(flags->path, server.catalog);
    server.page = formats::embedded_file("page.html");
    server.version = BITWORTH_VERSION;
    const bool served = serve::serve(server, [&](int port) {
      std::cout << format("http://{}:{}/  (Ctrl-C ends it)", server.address, port) << std::endl;
    });
    if (!served)
      throw Failure{{format("{}:{} cannot be listened on; is it in use? --port 0 takes any that is free",
                            server.address, server.port)}};
    throw done;
  });
}

}  // namespace bitworth::cli
