#include <algorithm>
#include <array>
#include <utility>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/data_files.hpp"

namespace bitworth::formats {
namespace {

constexpr Kind bits{
    .words = "bits above 0 and at most 32", .example = "4.156", .low = 0, .high = 32, .above_low = true};

const std::vector<std::string> compute_names = {"16bit", "fp8", "int8", "fp4", "int4"};

llm::Compute compute_of(std::string_view name) {
  if (name == "fp8") return llm::Compute::fp8;
  if (name == "int8") return llm::Compute::int8;
  if (name == "fp4") return llm::Compute::fp4;
  return name == "int4" ? llm::Compute::int4 : llm::Compute::sixteen_bit;
}

llm::Scheme read_scheme(Reader& row) {
  row.require({{"id", "id = \"w4a16\""},
               {"name", "name = \"...\""},
               {"format_class", "format_class = \"w4a16\""},
               {"weight_bits", "weight_bits = 4.156"},
               {"activation_bits", "activation_bits = 16"},
               {"compute", "compute = \"16bit\""},
               {"lm_head_bits", "lm_head_bits = 16"},
               {"embedding_bits", "embedding_bits = 16"},
               {"source", "source = \"...\""},
               {"date", "date = \"2026-11-21\""}});
  llm::Scheme scheme;
  scheme.id = row.text("id").value_or("");
  scheme.name = row.text("name").value_or("");
  scheme.format_class = row.text("format_class").value_or("");
  scheme.weight_bits = row.number("weight_bits", bits).value_or(16);
  scheme.activation_bits = row.number("activation_bits", bits).value_or(16);
  scheme.compute = compute_of(row.choice("compute", compute_names).value_or("16bit"));
  scheme.lm_head_bits = row.number("lm_head_bits", bits).value_or(16);
  scheme.embedding_bits = row.number("embedding_bits", bits).value_or(16);
  scheme.kernel = row.text("kernel").value_or("");
  scheme.fallback = row.text("fallback").value_or("");
  scheme.kv_cache = row.text("kv_cache").value_or("");
  scheme.needs_calibration = row.boolean("needs_calibration").value_or(false);
  scheme.shard_multiple = row.integer("shard_multiple").value_or(0);
  scheme.source = row.text("source").value_or("");
  scheme.date = row.date("date").value_or("");
  scheme.note = row.text("note").value_or("");
  return scheme;
}

llm::KvFormat read_kv_format(Reader& row) {
  row.require({{"id", "id = \"fp8\""},
               {"bits", "bits = 8"},
               {"source", "source = \"...\""},
               {"date", "date = \"2026-11-21\""}});
  llm::KvFormat format;
  format.id = row.text("id").value_or("");
  format.bits = row.number("bits", bits).value_or(16);
  format.source = row.text("source").value_or("");
  format.date = row.date("date").value_or("");
  row.ignore({"name", "compute", "note"});
  return format;
}

// The scheme that a device without the units runs must be there, and end at 16-bit units.
void check_references(Reader& row, const llm::Scheme& scheme, const Catalog& catalog) {
  if (!scheme.kv_cache.empty() && catalog.kv_formats.find(scheme.kv_cache) == nullptr)
    row.fail("kv_cache", ErrorKind::inconsistent,
             format("there is no KV cache format \"{}\"", scheme.kv_cache));
  if (scheme.fallback.empty()) return;
  const llm::Scheme* fallback = catalog.schemes.find(scheme.fallback);
  if (fallback == nullptr || fallback->compute != llm::Compute::sixteen_bit)
    row.fail("fallback", ErrorKind::inconsistent,
             format("fallback is \"{}\", which is not a scheme on 16-bit units", scheme.fallback));
}

EngineSupport read_support(Reader& row, const Catalog& catalog) {
  row.require({{"engine", "engine = \"vllm\""},
               {"classes", "classes = [\"16bit\"]"},
               {"source", "source = \"...\""},
               {"date", "date = \"2026-11-21\""}});
  EngineSupport support{row.text("engine").value_or(""), row.texts("classes"), row.texts("schemes")};
  for (const std::string& scheme : support.schemes) {
    if (catalog.schemes.find(scheme) == nullptr)
      row.fail("schemes", ErrorKind::inconsistent, format("there is no scheme \"{}\"", scheme));
  }
  for (const std::string& format_class : support.classes) {
    if (std::ranges::find(catalog.schemes.all(), format_class, &llm::Scheme::format_class) ==
        catalog.schemes.all().end())
      row.fail("classes", ErrorKind::inconsistent, format("no scheme is of the class \"{}\"", format_class));
  }
  row.date("date");
  row.ignore({"source", "note"});
  row.finish();
  return support;
}

}  // namespace

bool EngineSupport::serves(const llm::Scheme& scheme) const {
  return std::ranges::find(classes, scheme.format_class) != classes.end() ||
         std::ranges::find(schemes, scheme.id) != schemes.end();
}

void read_schemes(Reader& root, Catalog& catalog) {
  root.require({{"scheme", "[[scheme]]"}, {"kv_cache", "[[kv_cache]]"}});
  std::vector<Reader> rows = root.tables("scheme");
  for (Reader& row : rows) {
    const std::string taken = catalog.schemes.add(read_scheme(row), row.texts("aliases"));
    if (!taken.empty())
      row.fail("aliases", ErrorKind::inconsistent, format("\"{}\" names another scheme too", taken));
    row.finish();
  }
  for (Reader& row : root.tables("kv_cache")) {
    const std::string taken = catalog.kv_formats.add(read_kv_format(row), row.texts("aliases"));
    if (!taken.empty())
      row.fail("aliases", ErrorKind::inconsistent, format("\"{}\" names another KV cache format too", taken));
    row.finish();
  }
  for (Reader& row : root.tables("support")) catalog.engine_support.push_back(read_support(row, catalog));
  const auto schemes = catalog.schemes.all();
  for (std::size_t i = 0; i < rows.size() && i < schemes.size(); ++i)
    check_references(rows[i], schemes[i], catalog);
}

}  // namespace bitworth::formats
