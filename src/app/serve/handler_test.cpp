#include "app/serve/handler.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/serve/guard.hpp"
#include "bitworth/formats/case_file.hpp"
#include "bitworth/formats/embedded.hpp"

namespace bitworth::serve {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view page =
    R"(<meta http-equiv="Content-Security-Policy" content="script-src 'sha256-x'"><b>{"bitworth":"document"}</b><i>bitworth:module</i>)";

Handler& handler() {
  static Handler one({std::string(page), std::string(formats::embedded_file("support-chat.toml")),
                      loopback_hosts(8080), "test"});
  return one;
}

Request get(std::string path) {
  return {"GET", std::move(path), {{"host", "localhost:8080"}}, ""};
}

Request post(std::string path, std::string body) {
  return {"POST",
          std::move(path),
          {{"Host", "127.0.0.1:8080"},
           {"Origin", "http://127.0.0.1:8080"},
           {"Sec-Fetch-Site", "same-origin"},
           {"Content-Type", "application/json"}},
          std::move(body)};
}

Request with_header(Request request, std::string name, std::string value) {
  std::erase_if(request.headers, [&](const auto& header) { return header.first == name; });
  request.headers.emplace_back(std::move(name), std::move(value));
  return request;
}

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST(Serve, ACaseMayNameThisMachineOnceItIsProbed) {
  formats::Catalog catalog = formats::built_in_catalog();
  hardware::Device host = *catalog.devices.find("h100-sxm");
  host.id = host.name = "host";
  catalog.devices.add(host, {});
  Handler probed({std::string(page), std::string(formats::embedded_file("support-chat.toml")),
                  loopback_hosts(8080), "test", &catalog});
  const std::string question = Json{{"changes", {{"hardware.device", "host"}}}, {"draws", 100}}.dump();
  const Response answered = probed(post("/api/decision", question));
  ASSERT_EQ(answered.status, 200) << answered.body;
  EXPECT_NE(answered.body.find(R"({"id":"host","name":"host"})"), std::string::npos);
  const Response unprobed = handler()(post("/api/decision", question));
  EXPECT_EQ(unprobed.status, 422);
  EXPECT_NE(unprobed.body.find("not probed"), std::string::npos);
}

TEST(Serve, ThePageHoldsTheDecision) {
  const Response response = handler()(get("/"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.type, "text/html; charset=utf-8");
  EXPECT_NE(response.body.find(R"("schema":"bitworth.page")"), std::string::npos);
  EXPECT_EQ(header(response, "Content-Security-Policy"), "script-src 'sha256-x'; frame-ancestors 'none'");
  EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
}

TEST(Serve, ComparesNoMoreOptionsThanItCanSimulate) {
  std::string many(formats::embedded_file("support-chat.toml"));
  for (const std::string scheme : {"w8a8-fp8", "w8a8-int8", "w8a16-fp8", "w4a16"}) {
    for (const std::string gpus : {"1", "2", "4", "8"})
      many += "\n[[option]]\nscheme = \"" + scheme + "\"\ngpus_per_replica = " + gpus + "\n";
  }
  const Response response = handler()(post("/api/decision", Json{{"case_toml", many}}.dump()));
  EXPECT_EQ(response.status, 422);
  EXPECT_NE(response.body.find("at most 16"), std::string::npos) << response.body;
}

TEST(Serve, SaysOfEachOptionOnlyOnceWhatIsWrong) {
  std::string many(formats::embedded_file("support-chat.toml"));
  for (int i = 0; i < 2000; ++i) many += "\n[[option]]\nscheme = \"w8a8-fp8\"\n";
  const Response response = handler()(post("/api/decision", Json{{"case_toml", many}}.dump()));
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(Json::parse(response.body)["problems"].size(), 2000U);
}

TEST(Serve, OnlyOurNamesAreAnswered) {
  for (const char* host :
       {"evil.example:8080", "127.0.0.1", "127.0.0.1:8081", "", "localhost:8080.evil.example"})
    EXPECT_EQ(handler()({"GET", "/", {{"Host", host}}, ""}).status, 403) << host;
  EXPECT_EQ(handler()({"GET", "/", {}, ""}).status, 403);
  EXPECT_EQ(handler()({"GET", "/", {{"HOST", "LOCALHOST:8080"}}, ""}).status, 200);
}

TEST(Serve, OnlyOurPageMayCompute) {
  const Request good = post("/api/decision", R"({"draws": 100})");
  EXPECT_EQ(handler()(good).status, 200);
  for (const char* origin :
       {"http://evil.example", "https://127.0.0.1:8080", "null", "http://127.0.0.1:8081"})
    EXPECT_EQ(handler()(with_header(good, "Origin", origin)).status, 403) << origin;
  EXPECT_EQ(handler()(with_header(good, "Sec-Fetch-Site", "cross-site")).status, 403);
  EXPECT_EQ(handler()(with_header(good, "Content-Type", "text/plain")).status, 415);
  EXPECT_EQ(handler()(with_header(good, "Content-Type", "application/json; charset=utf-8")).status, 200);
}

TEST(Serve, AChangeMovesTheDecision) {
  const Response response = handler()(
      post("/api/decision",
           R"({"draws": 200, "changes": {"workload.requests_per_second": 1, "hardware.device": "l40s"}})"));
  ASSERT_EQ(response.status, 200) << response.body;
  const Json answer = Json::parse(response.body);
  EXPECT_EQ(answer["decision"]["case"]["requests_per_second"]["value"], 1);
  EXPECT_EQ(answer["decision"]["case"]["device"]["id"], "l40s");
  EXPECT_EQ(answer["draws"], 200);
  EXPECT_NE(answer["case_toml"].get<std::string>().find("requests_per_second = 1\n"), std::string::npos);
  EXPECT_FALSE(answer["inputs"].empty());
}

TEST(Serve, TheSameQuestionHasTheSameAnswer) {
  const Request question = post("/api/decision", R"({"draws": 100, "seed": 7})");
  EXPECT_EQ(handler()(question).body, handler()(question).body);
}

TEST(Serve, ProblemsAreToldAllAtOnce) {
  const std::string toml = "[model]\\narchitecture = \\\"nope\\\"\\n[hardware]\\ndevice = \\\"nope\\\"\\n";
  const Response response = handler()(post("/api/decision", R"({"case_toml": ")" + toml + R"("})"));
  EXPECT_EQ(response.status, 422);
  const Json problems = Json::parse(response.body)["problems"];
  EXPECT_GE(problems.size(), 3U);
  EXPECT_EQ(problems[0]["line"], 0);
}

TEST(Serve, NoCaseReachesTheFileSystem) {
  const std::string shipped(formats::embedded_file("support-chat.toml"));
  const auto asked_with = [&](std::string_view from, std::string_view to) {
    std::string toml = shipped;
    toml.replace(toml.find(from), from.size(), to);
    return handler()(post("/api/decision", Json{{"case_toml", toml}, {"draws", 100}}.dump()));
  };
  for (const char* line : {"architecture = \"/etc/passwd\"", "architecture = \"./model.gguf\"",
                           "architecture = \"../..\"", "architecture = \"config.json\""}) {
    const Response response = asked_with("architecture = \"llama-3.1-8b\"", line);
    EXPECT_EQ(response.status, 422) << line;
    EXPECT_NE(response.body.find("names a file"), std::string::npos) << response.body;
  }
  for (const char* evidence :
       {"{ baseline = \"/etc/passwd\", candidate = \"/etc/hosts\" }", "{ pairs = \"/etc/passwd\" }",
        "{ kld = \"/etc/passwd\" }", "{ kld = 0.01, noise_floor = \"/etc/passwd\" }"}) {
    const Response response = asked_with("[quality]", "quality = " + std::string(evidence) + "\n[quality]");
    EXPECT_EQ(response.status, 422) << evidence;
    EXPECT_NE(response.body.find("names a file"), std::string::npos) << response.body;
    EXPECT_EQ(response.body.find("cannot be"), std::string::npos) << response.body;
  }
  const Response kernels = asked_with("[hardware]\n", "[hardware]\nkernels = \"/etc/passwd\"\n");
  EXPECT_EQ(kernels.status, 422);
  EXPECT_NE(kernels.body.find("names a file"), std::string::npos) << kernels.body;
  const Response trace = asked_with("[workload]\n", "[workload]\ntrace = \"/etc/passwd\"\n");
  EXPECT_EQ(trace.status, 422);
  EXPECT_NE(trace.body.find("names a file"), std::string::npos) << trace.body;
  EXPECT_EQ(trace.body.find("root:"), std::string::npos) << trace.body;
}

TEST(Serve, RefusesWhatIsNoQuestion) {
  for (const char* body : {"", "[]", "3", "{", "{\"draws\": 1}", "{\"draws\": 1e9}", "{\"draws\": \"x\"}",
                           "{\"seed\": -1}", "{\"other\": 1}", "{\"changes\": []}",
                           "{\"changes\": {\"name\": 3}}", "{\"changes\": {\"engine.max_num_seqs\": null}}",
                           "{\"case_toml\": 3}", "[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]"})
    EXPECT_EQ(handler()(post("/api/decision", body)).status, 422) << body;
  EXPECT_EQ(handler()(post("/api/decision", std::string(largest_body + 1, ' '))).status, 413);
}

TEST(Serve, ReadsAreGetAndComputingIsPost) {
  EXPECT_EQ(handler()(post("/", "{}")).status, 405);
  EXPECT_EQ(header(handler()(get("/api/runs")), "Allow"), "POST");
  EXPECT_EQ(handler()(get("/api/runs/1/cancel")).status, 405);
  const auto by = [](const char* method, const char* path) {
    return handler()({method, path, {{"Host", "localhost:8080"}}, ""});
  };
  EXPECT_EQ(by("DELETE", "/").status, 405);
  EXPECT_EQ(header(by("DELETE", "/"), "Allow"), "GET, HEAD");
  EXPECT_EQ(header(by("PUT", "/api/decision"), "Allow"), "GET, HEAD, POST");
  EXPECT_EQ(by("PUT", "/nowhere").status, 404);
  for (const char* path : {"/etc/passwd", "/../../etc/passwd", "//", "", "/api/runs/x", "/api/runs/99",
                           "/api/runs/1/x", "/api/runs/99999999999999999999"})
    EXPECT_EQ(handler()(get(path)).status, 404) << path;
}

Json look(int run) {
  return Json::parse(handler()(get("/api/runs/" + std::to_string(run))).body);
}

TEST(Serve, ALongRunTellsItsProgressAndItsAnswer) {
  const Response started = handler()(post("/api/runs", R"({"draws": 20000})"));
  ASSERT_EQ(started.status, 202) << started.body;
  const int run = Json::parse(started.body)["run"];
  EXPECT_EQ(header(started, "Location"), "/api/runs/" + std::to_string(run));
  Json view = look(run);
  while (view["state"] == "running") {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    view = look(run);
  }
  EXPECT_EQ(view["state"], "done");
  EXPECT_EQ(view["progress"], 1);
  EXPECT_EQ(view["document"]["draws"], 20000);
}

TEST(Serve, ALongRunCanBeCancelled) {
  const int run = Json::parse(handler()(post("/api/runs", R"({"draws": 200000})")).body)["run"];
  const std::string path = "/api/runs/" + std::to_string(run) + "/cancel";
  const Request foreign = with_header(post(path, ""), "Origin", "http://evil.example");
  EXPECT_EQ(handler()(foreign).status, 403);
  EXPECT_EQ(look(run)["state"], "running");
  EXPECT_EQ(Json::parse(handler()(post(path, "")).body)["state"], "cancelled");
  EXPECT_EQ(look(run)["document"], nullptr);
  EXPECT_EQ(handler()(post("/api/runs/99/cancel", "")).status, 404);
}

}  // namespace
}  // namespace bitworth::serve
