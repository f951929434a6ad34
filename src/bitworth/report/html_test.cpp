#include "bitworth/report/html.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace bitworth::report {
namespace {

constexpr std::string_view page =
    R"(<meta content="script-src 'x'"><script id="document">{"bitworth":"document"}</script><p>bitworth:module</p>)";

TEST(Html, HoldsTheDocumentInItsPlace) {
  EXPECT_EQ(html(page, {{"a", 1}}),
            R"(<meta content="script-src 'x'"><script id="document">{"a":1}</script><p></p>)");
}

TEST(Html, WithAModuleThePolicyLetsItRun) {
  EXPECT_EQ(
      html(page, {{"a", 1}}, "AGFz"),
      R"(<meta content="worker-src blob:; script-src 'wasm-unsafe-eval' 'x'"><script id="document">{"a":1}</script><p>AGFz</p>)");
}

TEST(Html, ADocumentThatHoldsTheNamesOfPlacesIsLeftAlone) {
  const std::string made = html(page, {{"name", "bitworth:module"}}, "AGFz");
  EXPECT_NE(made.find(R"({"name":"bitworth:module"})"), std::string::npos) << made;
}

TEST(Html, NoTextCanEndTheElement) {
  const nlohmann::ordered_json hostile = {{"name", "</script><script>alert(1)</script><!--&"}};
  const std::string made = html(page, hostile);
  EXPECT_EQ(made.find("</script><script>"), std::string::npos);
  EXPECT_EQ(made.find("<!--"), std::string::npos);
  const std::size_t from = made.find('{'), to = made.find("</script>");
  EXPECT_EQ(nlohmann::ordered_json::parse(made.substr(from, to - from)), hostile);
}

TEST(Html, BytesThatAreNoTextAreReplaced) {
  EXPECT_NE(html(page, {{"name", "\xff"}}).find("\uFFFD"), std::string::npos);
}

}  // namespace
}  // namespace bitworth::report
