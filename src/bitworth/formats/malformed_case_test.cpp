#include <gtest/gtest.h>

#include <string>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/case_file.hpp"

// Every way to get a case wrong that we could think of, and the whole text that a person then reads.

namespace bitworth::formats {
namespace {

// Each row changes one part of this case, or replaces it whole.
const std::string valid_case = R"([model]
architecture = "llama-3.1-8b"
[hardware]
device = "h100-sxm"
price_per_gpu_hour = 3.85
[workload]
requests_per_second = 12
prompt_tokens = { p50 = 1020, p95 = 4083 }
output_tokens = { p50 = 129, p95 = 451 }
[[option]]
scheme = "w8a8-fp8"
)";
const std::string whole_text;
const std::string model_section = "[model]";
const std::string architecture = "architecture = \"llama-3.1-8b\"";
const std::string device = "device = \"h100-sxm\"";
const std::string price = "price_per_gpu_hour = 3.85";
const std::string load = "requests_per_second = 12";
const std::string lengths = "prompt_tokens = { p50 = 1020, p95 = 4083 }";
const std::string scheme = "scheme = \"w8a8-fp8\"";
const std::string option = "[[option]]\nscheme = \"w8a8-fp8\"\n";

struct MalformedCase {
  std::string name;
  std::string part;      // of valid_case; empty: all of it
  std::string instead;   // what stands there
  std::string messages;  // all problems, one a line
};

std::string repeated(const std::string& text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

// clang-format off
const MalformedCase text_rows[] = {
    {"NoValue", architecture, "architecture =",
     "case.toml:2:15: not TOML: expected a value, saw '\\n' in the key-value pair"},
    {"TextNotClosed", architecture, "architecture = \"llama-3.1-8b",
     "case.toml:2:29: not TOML: a text that is not closed on its line, or holds a control character"},
    {"KeyTwice", device, "device = \"h100-sxm\"\ndevice = \"a100\"",
     "case.toml:5:10: not TOML: cannot redefine existing string 'device' in the key-value pair; a key or table may be given once"},
    {"SectionTwice", option, "[[option]]\nscheme = \"w8a8-fp8\"\n[model]\nupdates_per_year = 2\n",
     "case.toml:12:1: not TOML: cannot redefine existing table 'model' in the table header; a key or table may be given once"},
    {"TwoKeysOnALine", load, "requests_per_second = 12 peak_to_mean = 2",
     "case.toml:7:26: not TOML: expected a comment or whitespace, saw 'p' in the key-value pair"},
    {"Words", whole_text, "quantize my model please\n",
     "case.toml:1:10: not TOML: expected '=', saw 'm' in the key-value pair"},
    {"HeaderBeginsWithADot", model_section, "[.model]",
     "case.toml:1:1: not TOML: a name is missing or misplaced"},
    {"HeaderIsAnEqualsSign", option, "[=]",
     "case.toml:10:1: not TOML: a name is missing or misplaced"},
    {"NotUtf8", architecture, "architecture = \"\xff\"",
     "case.toml:2:16: not TOML: bytes that are not UTF-8"},
    {"NulByte", architecture, std::string("architecture = \"llama\0\"", 23),
     "case.toml:2:22: not TOML: a text that is not closed on its line, or holds a control character"},
    {"ControlCharacter", architecture, "architecture = \"\x1b[31m\"",
     "case.toml:2:17: not TOML: a text that is not closed on its line, or holds a control character"},
    {"DeepLists", whole_text, "a = " + std::string(300, '['),
     "case.toml:1:261: not TOML: lists or tables nested too deeply"},
    {"NestedTables", whole_text, "a = " + std::string(20, '[') + std::string(20, ']'),
     "case.toml: tables or lists nested more than 16 deep; write them flatter"},
    {"DottedKeys", whole_text, "[" + repeated("a.", 5000) + "a]",
     "case.toml: more than 4000 dots; tables nested so deeply are not read"},
    {"TooLarge", whole_text, std::string(1048577, '#'),
     "case.toml: larger than 1 MiB; is this the file that was meant?"},
    {"Empty", whole_text, "",
     "case.toml: the file has no model; write [model] with architecture = \"llama-3.1-8b\"\n"
     "case.toml: the file has no hardware; write [hardware] with device = \"h100-sxm\"\n"
     "case.toml: the file has no workload; write [workload] with requests_per_second, prompt_tokens and output_tokens\n"
     "case.toml: the file has no option; write [[option]] with scheme = \"w8a8-fp8\""},
    {"UnknownSection", model_section, "[modell]",
     "case.toml: the file has no model; write [model] with architecture = \"llama-3.1-8b\"\n"
     "case.toml:1:2: the file has no key \"modell\"; did you mean \"model\"?"},
    {"UnknownKey", device, "devise = \"h100-sxm\"",
     "case.toml:3:1: [hardware] has no device; write device = \"h100-sxm\"\n"
     "case.toml:4:1: [hardware] has no key \"devise\"; did you mean \"device\"?"},
    {"UnknownKeyFarFromAny", price, "price_per_gpu_hour = 3.85\nwarranty = \"2 years\"",
     "case.toml:6:1: [hardware] has no key \"warranty\"; its keys are autoscaling, cold_start, committed_gpus, committed_months, device, headroom, instance_sizes, kernels, max_gpus_per_replica, min_replicas, owned, price_per_gpu_hour, reserved_discount, reserved_price_per_gpu_hour and tenure"},
    {"UnknownKeyInInlineTable", lengths, "prompt_tokens = { p50 = 1020, p95 = 4083, p98 = 9000 }",
     "case.toml:8:43: prompt_tokens has no key \"p98\"; did you mean \"p90\"?"},
    {"KeyOutsideItsSection", model_section, "scheme = \"bf16\"\n[model]",
     "case.toml:1:1: the file has no key \"scheme\"; its keys are baseline, engine, hardware, model, money, name, option, quality, team and workload"},
    {"SectionIsAValue", option, "[[option]]\nscheme = \"w8a8-fp8\"\n[money]\nhidden_costs = 3\n",
     "case.toml:13:16: hidden_costs is 3; write a table, for example hidden_costs = { ... }"},
    {"OptionInOneBracket", "[[option]]", "[option]",
     "case.toml:10:1: option is a table; write [[option]] in two brackets"},
    {"OptionListIsEmpty", whole_text, "option = []\n[model]\n" + architecture + "\n[hardware]\n" + device + "\n[workload]\n" + load +
     "\n" + lengths + "\noutput_tokens = { p50 = 129, p95 = 451 }\n",
     "case.toml:1:10: option is an empty list; write [[option]], then its scheme"},
    {"NoOption", option, "",
     "case.toml: the file has no option; write [[option]] with scheme = \"w8a8-fp8\""},
    {"NoArchitecture", architecture, "updates_per_year = 2",
     "case.toml:1:1: [model] has no architecture; write architecture = \"llama-3.1-8b\""},
    {"LengthsWithoutP95", lengths, "prompt_tokens = { p50 = 1020 }",
     "case.toml:8:17: prompt_tokens has no p95; write p95 = 4083"},
    {"LengthsAreANumber", lengths, "prompt_tokens = 1020",
     "case.toml:8:17: prompt_tokens is 1020; write a table, for example prompt_tokens = { p50 = 1020, p95 = 4083 }"},
};
// clang-format on

// clang-format off
const MalformedCase values_rows[] = {
    {"DeviceIsANumber", device, "device = 100",
     "case.toml:4:10: device is 100; write a text in quotes that is not empty"},
    {"EmptyText", device, "device = \"\"",
     "case.toml:4:10: device is \"\"; write a text in quotes that is not empty"},
    {"PriceInBytes", price, "price_per_gpu_hour = \"4.50 GB\"",
     "case.toml:5:22: price_per_gpu_hour is \"4.50 GB\", which measures bytes; write dollars per hour, for example \"$4.50/h\""},
    {"PriceInDollars", price, "price_per_gpu_hour = \"$4.50\"",
     "case.toml:5:22: price_per_gpu_hour is \"$4.50\", which measures dollars; write dollars per hour, for example \"$4.50/h\""},
    {"PriceIsTrue", price, "price_per_gpu_hour = true",
     "case.toml:5:22: price_per_gpu_hour is true; write dollars per hour, for example \"$4.50/h\""},
    {"PriceIsAList", price, "price_per_gpu_hour = [1, 2]",
     "case.toml:5:22: price_per_gpu_hour is a list; write dollars per hour, for example \"$4.50/h\""},
    {"PriceInWords", price, "price_per_gpu_hour = \"about four dollars\"",
     "case.toml:5:22: price_per_gpu_hour is \"about four dollars\", which does not begin with a number; write dollars per hour, for example \"$4.50/h\""},
    {"UnknownUnit", lengths, "prompt_tokens = { p50 = 1020, p95 = 4083 }\nslo = { ttft_p99 = \"1 sec\" }",
     "case.toml:9:20: slo.ttft_p99 is \"1 sec\": \"sec\" is not a unit that is known here; write a time above 0 with its unit, for example \"50 ms\""},
    {"TimeWithoutUnit", lengths, "prompt_tokens = { p50 = 1020, p95 = 4083 }\nslo = { ttft_p99 = 1 }",
     "case.toml:9:20: slo.ttft_p99 is 1, which has no unit; write a time above 0 with its unit, for example \"50 ms\""},
    {"TimeAsTextWithoutUnit", lengths, "prompt_tokens = { p50 = 1020, p95 = 4083 }\nslo = { tpot_p99 = \"50\" }",
     "case.toml:9:20: slo.tpot_p99 is \"50\", which has no unit; write a time above 0 with its unit, for example \"50 ms\""},
    {"RateInSeconds", load, "requests_per_second = \"12 s\"",
     "case.toml:7:23: requests_per_second is \"12 s\", which measures a time; write requests per second above 0 and at most 1000000, for example 12 or \"12 requests/s\""},
    {"BooleanAsText", option, "[[option]]\nscheme = \"w8a8-fp8\"\n[quality]\ncritical = \"yes\"\n",
     "case.toml:13:12: critical is \"yes\"; write true or false"},
    {"NameIsANumber", model_section, "name = 7\n[model]",
     "case.toml:1:8: name is 7; write a text in quotes that is not empty"},
    {"NoLoad", load, "requests_per_second = 0",
     "case.toml:7:23: requests_per_second is 0; write requests per second above 0 and at most 1000000, for example 12 or \"12 requests/s\""},
    {"NotANumber", load, "requests_per_second = nan",
     "case.toml:7:23: requests_per_second is nan; write requests per second above 0 and at most 1000000, for example 12 or \"12 requests/s\""},
    {"InfiniteLoad", load, "requests_per_second = inf",
     "case.toml:7:23: requests_per_second is inf; write requests per second above 0 and at most 1000000, for example 12 or \"12 requests/s\""},
    {"HugeLoad", load, "requests_per_second = 1e300",
     "case.toml:7:23: requests_per_second is 1e+300; write requests per second above 0 and at most 1000000, for example 12 or \"12 requests/s\""},
    {"NegativePrice", price, "price_per_gpu_hour = -1",
     "case.toml:5:22: price_per_gpu_hour is -1; write dollars per hour, for example \"$4.50/h\""},
    {"HeadroomAboveOne", price, "price_per_gpu_hour = 3.85\nheadroom = 70",
     "case.toml:6:12: headroom is 70; write a share above 0 and at most 1, for example 0.8 or \"80 %\""},
    {"HalfAGpu", price, "price_per_gpu_hour = 3.85\nmax_gpus_per_replica = 1.5",
     "case.toml:6:24: max_gpus_per_replica is 1.5; write a whole number from 1 to 1024, for example 8"},
    {"NoGpus", option, "[[option]]\nscheme = \"w8a8-fp8\"\ngpus_per_replica = 0\n",
     "case.toml:12:20: gpus_per_replica is 0; write a whole number from 1 to 1024, for example 2"},
    {"InstanceSizesDescend", price, "price_per_gpu_hour = 3.85\ninstance_sizes = [8, 1]",
     "case.toml:6:18: instance_sizes has 8 before 1; write the sizes in ascending order, each once"},
    {"InstanceSizesRepeat", price, "price_per_gpu_hour = 3.85\ninstance_sizes = [1, 1]",
     "case.toml:6:18: instance_sizes has 1 before 1; write the sizes in ascending order, each once"},
    {"InstanceSizesEmpty", price, "price_per_gpu_hour = 3.85\ninstance_sizes = []",
     "case.toml:6:18: instance_sizes is an empty list; write a list, each a whole number from 1 to 1024, for example [1, 8]"},
    {"InstanceSizeZero", price, "price_per_gpu_hour = 3.85\ninstance_sizes = [0, 8]",
     "case.toml:6:19: instance_sizes has 0 in it; write a list, each a whole number from 1 to 1024, for example [1, 8]"},
    {"InstanceSizesIsANumber", price, "price_per_gpu_hour = 3.85\ninstance_sizes = 8",
     "case.toml:6:18: instance_sizes is 8; write a list, each a whole number from 1 to 1024, for example [1, 8]"},
    {"LengthsDescend", lengths, "prompt_tokens = { p50 = 4083, p95 = 1020 }",
     "case.toml:8:37: prompt_tokens has p50 = 4083 and p95 = 1020; write a p95 that is not below p50"},
    {"NegativeTokens", lengths, "prompt_tokens = { p50 = -5, p95 = 10 }",
     "case.toml:8:25: prompt_tokens.p50 is -5; write tokens from 1 to 100000000, for example 1020"},
    {"ZeroTime", lengths, "prompt_tokens = { p50 = 1020, p95 = 4083 }\nslo = { ttft_p99 = \"0 s\" }",
     "case.toml:9:20: slo.ttft_p99 is \"0 s\"; write a time above 0 with its unit, for example \"50 ms\""},
    {"PeakBelowMean", load, "requests_per_second = 12\npeak_to_mean = 0.5",
     "case.toml:8:16: peak_to_mean is 0.5; write a ratio from 1 to 1000, for example 2"},
    {"MarginInPoints", option, "[[option]]\nscheme = \"w8a8-fp8\"\n[quality]\nmargin = 5\n",
     "case.toml:13:10: margin is 5; write a share above 0 and at most 1, for example 0.01 or \"1 %\""},
    {"UnknownTask", option, "[[option]]\nscheme = \"w8a8-fp8\"\n[quality]\ntask = \"poetry\"\n",
     "case.toml:13:8: task is \"poetry\"; write \"knowledge\", \"classification\", \"chat\", \"extraction\", \"code\", \"reasoning\", \"agents\" or \"long-context\""},
    {"DiscountOfTen", option, "[[option]]\nscheme = \"w8a8-fp8\"\n[money]\ndiscount_rate = 10\n",
     "case.toml:13:17: discount_rate is 10; write a share from 0 to 1, for example 0.1 or \"10 %\""},
    {"HorizonOfAThousand", option, "[[option]]\nscheme = \"w8a8-fp8\"\n[money]\nhorizon_months = 1000\n",
     "case.toml:13:18: horizon_months is 1000; write months above 0 and at most 120, for example 12 or \"1 year\""},
    {"HoursInDollars", option, "[[option]]\nscheme = \"w8a8-fp8\"\n[money]\nengineering_hours = \"$40\"\n",
     "case.toml:13:21: engineering_hours is \"$40\", which measures dollars; write hours from 0 on, for example 40 or \"40 h\""},
    {"UnknownEngine", model_section, "[engine]\nname = \"vlm\"\n[model]",
     "case.toml:2:8: name is \"vlm\"; write \"vllm\", \"sglang\", \"tensorrt-llm\", \"llama.cpp\", \"openvino\" or \"transformers\""},
    {"BudgetBelowSequences", model_section, "[engine]\ntoken_budget = 128\n[model]",
     "case.toml:2:16: token_budget is 128, below max_num_seqs, which is 256; a step needs one token for each sequence"},
    {"EngineeringInDays", option, "[[option]]\nscheme = \"w8a8-fp8\"\n[money]\nengineering_hours = \"5 days\"\n",
     "case.toml:13:21: engineering_hours is \"5 days\", which counts nights too; write hours from 0 on, for example 40 or \"40 h\""},
    {"SloIsATime", lengths, "prompt_tokens = { p50 = 1020, p95 = 4083 }\nslo = \"1 s\"",
     "case.toml:9:7: slo is \"1 s\"; write a table, for example slo = { ttft_p99 = \"1 s\", tpot_p99 = \"50 ms\" }"},
    {"CostsInBareDollars", option, "[[option]]\nscheme = \"w8a8-fp8\"\n[money]\nother_monthly_costs = \"$900\"\n",
     "case.toml:13:23: other_monthly_costs is \"$900\", which measures dollars; write dollars per month from 0 on, for example 1500 or \"$1500/month\""},
    {"EstimateDescends", price, "price_per_gpu_hour = { p10 = 5, p50 = 4, p90 = 6 }",
     "case.toml:5:22: price_per_gpu_hour has p10 = 5, p50 = 4, p90 = 6; write p10, p50 and p90 in ascending order"},
    {"EstimateWithoutMedian", price, "price_per_gpu_hour = { p10 = 3, p90 = 6 }",
     "case.toml:5:22: price_per_gpu_hour has no p50; write p50 = \"$4.50/h\""},
    {"EstimateWithOneEnd", price, "price_per_gpu_hour = { p50 = 4, p90 = 6 }",
     "case.toml:5:22: price_per_gpu_hour has one of p10 and p90; write both, or neither"},
    {"EstimateWithWrongUnit", price, "price_per_gpu_hour = { p50 = \"4 GB\" }",
     "case.toml:5:30: price_per_gpu_hour.p50 is \"4 GB\", which measures bytes; write dollars per hour, for example \"$4.50/h\""},
    {"EstimateWithUnknownKey", price, "price_per_gpu_hour = { p50 = 4, sauce = \"my bill\" }",
     "case.toml:5:33: price_per_gpu_hour has no key \"sauce\"; did you mean \"source\"?"},
    {"EstimateFromNowhere", price, "price_per_gpu_hour = { p50 = 4, provenance = \"rumour\" }",
     "case.toml:5:46: price_per_gpu_hour.provenance is \"rumour\"; write \"exact\", \"measured\", \"imported\", \"modelled\", \"stated\" or \"prior\""},
    {"EstimateWithBadDate", price, "price_per_gpu_hour = { p50 = 4, date = \"last week\" }",
     "case.toml:5:40: price_per_gpu_hour.date is \"last week\"; write a date as year-month-day, for example \"2026-11-21\""},
};
// clang-format on

// clang-format off
const MalformedCase names_rows[] = {
    {"UnknownDevice", device, "device = \"h100-smx\"",
     "case.toml:4:10: there is no device \"h100-smx\"; did you mean \"h100-sxm\"? bitworth hardware lists them"},
    {"DeviceFarFromAny", device, "device = \"abacus\"",
     "case.toml:4:10: there is no device \"abacus\"; bitworth hardware lists them"},
    {"DeviceIsTheHost", device, "device = \"host\"",
     "case.toml:4:10: device is \"host\": this machine is not probed yet; run bitworth hardware --probe once, or give what bitworth measure wrote with --evidence, or name a shipped device (bitworth hardware lists them)"},
    {"UnknownArchitecture", architecture, "architecture = \"lama-3.1-8b\"",
     "case.toml:2:16: there is no architecture \"lama-3.1-8b\"; did you mean \"llama-3.1-8b\"?"},
    {"ArchitectureIsAPath", architecture, "architecture = \"./models/config.json\"",
     "case.toml:2:16: architecture is a path: ./models/config.json: no such file; paths start at the folder of the case"},
    {"ArchitectureIsAFile", architecture, "architecture = \"model.gguf\"",
     "case.toml:2:16: architecture is a path: model.gguf: no such file; paths start at the folder of the case"},
    {"UnknownScheme", scheme, "scheme = \"w8a8-fp9\"",
     "case.toml:11:10: there is no scheme \"w8a8-fp9\"; did you mean \"w8a8-fp8\"? bitworth schemes lists them"},
    {"SchemeFarFromAny", scheme, "scheme = \"zip\"",
     "case.toml:11:10: there is no scheme \"zip\"; bitworth schemes lists them"},
    {"SchemeNameWithoutEnd", scheme, "scheme = \"" + std::string(200, 'x') + "\"",
     "case.toml:11:10: there is no scheme \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"; bitworth schemes lists them"},
    {"UnknownKvCache", scheme, "scheme = \"w8a8-fp8\"\nkv_cache = \"float\"",
     "case.toml:12:12: there is no KV cache format \"float\"; there are bf16, fp16, fp8, fp8_e5m2, int8, q8_0, q5_1, q4_0, int4 and nvfp4"},
    {"TraceThatIsNotThere", load, "trace = \"no such.csv\"",
     "case.toml:7:9: trace: no such.csv: no such file; paths start at the folder of the case"},
    {"TraceIsANumber", load, "trace = 3",
     "case.toml:7:9: trace is 3; write a text in quotes that is not empty"},
    {"ColumnsWithoutATrace", load, load + "\ncolumns = { prompt_tokens = \"a\", output_tokens = \"b\" }\ntime_unit = \"ms\"\nbad_lines = 3",
     "case.toml:8:11: columns is given without a trace; write trace = \"requests.csv\", or leave it out\n"
     "case.toml:9:13: time_unit is given without a trace; write trace = \"requests.csv\", or leave it out\n"
     "case.toml:10:13: bad_lines is given without a trace; write trace = \"requests.csv\", or leave it out"},
    {"ColumnsWithoutOutput", load, load + "\ntrace = \"/dev/null\"\ncolumns = { prompt_tokens = \"a\" }",
     "case.toml:8:9: trace: /dev/null: not a file; paths start at the folder of the case\n"
     "case.toml:9:11: columns has no output_tokens; write output_tokens = \"out\""},
    {"UnknownTimeUnit", load, load + "\ntrace = \"/dev/null\"\ntime_unit = \"h\"",
     "case.toml:8:9: trace: /dev/null: not a file; paths start at the folder of the case\n"
     "case.toml:9:13: time_unit is \"h\"; write \"s\", \"ms\", \"us\" or \"ns\""},
    {"UnknownNamedWorkload", load, load + "\nnamed = \"chatt\"",
     "case.toml:8:9: there is no workload \"chatt\"; did you mean \"chat\"?"},
    {"NamedBesideATrace", load, load + "\nnamed = \"chat\"\ntrace = \"/dev/null\"",
     "case.toml:8:9: named is given beside a trace; write one of the two\n"
     "case.toml:9:9: trace: /dev/null: not a file; paths start at the folder of the case"},
    {"NamedNeedsItsLoad", load, "named = \"chat\"",
     "case.toml:6:1: [workload] has no requests_per_second; write requests_per_second = 12"},
    {"ArrivalsAreANumber", load, load + "\narrivals = 2",
     "case.toml:8:12: arrivals is 2; write a table, for example arrivals = { gap_cv = 2 }"},
    {"ArrivalsDoNotVary", load, load + "\narrivals = { gap_cv = 0 }",
     "case.toml:8:23: arrivals.gap_cv is 0; write a number above 0 and at most 100, for example 2"},
    {"CorrelationBeyondOne", load, load + "\nrank_correlation = 1.1",
     "case.toml:8:20: rank_correlation is 1.1; write a number from -1 to 1, for example 0.1"},
    {"PrefixSharingWithoutTokens", load, load + "\nprefix_sharing = { share = 0.5 }",
     "case.toml:8:18: prefix_sharing has no tokens; write tokens = 512"},
    {"PrefixShareBeyondOne", load, load + "\nprefix_sharing = { tokens = 64, share = 2 }",
     "case.toml:8:41: prefix_sharing.share is 2; write a share above 0 and at most 1, for example 0.8 or \"80 %\""},
    {"LoadShrinksToNothing", load, load + "\ngrowth_per_year = -1",
     "case.toml:8:19: growth_per_year is -1; write a share from -0.9 to 100, for example 0.5 or \"50 %\""},
    {"QuantilesDescend", lengths, "prompt_tokens = { p50 = 1020, p75 = 5000, p95 = 4083 }",
     "case.toml:8:49: prompt_tokens has p75 = 5000 and p95 = 4083; write a p95 that is not below p75"},
    {"KvCacheNearOne", scheme, "scheme = \"w8a8-fp8\"\nkv_cache = \"fp8_e4m4\"",
     "case.toml:12:12: there is no KV cache format \"fp8_e4m4\"; did you mean \"fp8_e4m3\"?"},
    {"OwnDeviceWithoutMemory", device, "device = { memory_bandwidth = \"900 GB/s\", peak = { fp16 = \"100 TFLOP/s\" } }",
     "case.toml:4:10: device has no memory; write memory = \"80 GB\""},
    {"OwnDeviceWithoutUnits", device, "device = { memory = \"80 GB\", memory_bandwidth = \"900 GB/s\", peak = { fp8 = \"100 TFLOP/s\" } }",
     "case.toml:4:68: device.peak has none of bf16, fp16 and fp32; write at least one of them, for example bf16 = \"989 TFLOP/s\""},
    {"OwnDeviceInWrongUnits", device, "device = { memory = 80, memory_bandwidth = \"900 GB\", peak = { fp16 = \"100 GB/s\" } }",
     "case.toml:4:21: device.memory is 80, which has no unit; write bytes, for example \"80 GB\"\n"
     "case.toml:4:44: device.memory_bandwidth is \"900 GB\", which measures bytes; write bytes per second, for example \"3350 GB/s\"\n"
     "case.toml:4:70: device.peak.fp16 is \"100 GB/s\", which measures bytes/s; write FLOP per second, for example \"989 TFLOP/s\""},
    {"OptionIsTheBaseline", scheme, "scheme = \"bf16\"",
     "case.toml:10:1: this option is the baseline: same scheme, KV cache and GPUs; change one of them, or take the option out"},
    {"OptionTwice", option, "[[option]]\nscheme = \"w8a8-fp8\"\n[[option]]\nscheme = \"w8a8-fp8\"\n",
     "case.toml:12:1: this option is \"W8A8-FP8\" again; change its scheme, KV cache or GPUs, or take it out"},
    {"NamesTwice", option, "[[option]]\nscheme = \"w8a8-fp8\"\nname = \"fast\"\n[[option]]\nscheme = \"w4a16\"\nname = \"fast\"\n",
     "case.toml:15:8: two options are named \"fast\"; give each a name of its own"},
    {"HoursForAReadyMadeCheckpoint", scheme, "scheme = \"w8a8-fp8\"\nquantization_hours = 8",
     "case.toml:12:22: quantization_hours is given, but the checkpoint is ready-made; write checkpoint = \"self-quantized\", or leave the hours out"},
    {"UnknownCheckpoint", scheme, "scheme = \"w8a8-fp8\"\ncheckpoint = \"readymade\"",
     "case.toml:12:14: checkpoint is \"readymade\"; write \"ready-made\" or \"self-quantized\""},
    {"MoreGpusThanAReplicaHas", scheme, "scheme = \"w8a8-fp8\"\ngpus_per_replica = 16",
     "case.toml:12:20: gpus_per_replica is 16, but a replica can have 8 here; raise max_gpus_per_replica, or the last of instance_sizes"},
    {"ExpertParallelWithoutExperts", scheme, "scheme = \"w8a8-fp8\"\nexpert_parallel = true",
     "case.toml:12:19: expert_parallel is true, but Llama 3.1 8B has no experts; leave it out"},
    {"ExpertParallelIsANumber", scheme, "scheme = \"w8a8-fp8\"\nexpert_parallel = 4",
     "case.toml:12:19: expert_parallel is 4; write true or false"},
    {"LossAboveOne", scheme, "scheme = \"w8a8-fp8\"\nquality_loss = 3",
     "case.toml:12:16: quality_loss is 3; write a loss of accuracy from -1 to 1, for example 0.01 or \"1 %\""},
    {"QualityIsAText", scheme, "scheme = \"w8a8-fp8\"\nquality = \"pairs.jsonl\"",
     "case.toml:12:11: quality is \"pairs.jsonl\"; write a table, for example quality = { baseline = \"runs/bf16\", candidate = \"runs/fp8\" }"},
    {"QualityIsEmpty", scheme, "scheme = \"w8a8-fp8\"\nquality = {}",
     "case.toml:12:11: quality holds no evidence; write quality = { baseline = \"runs/bf16\", candidate = \"runs/fp8\" }, { pairs = \"pairs.jsonl\" } or { kld = \"kld.txt\" }"},
    {"QualityOfOneModel", scheme, "scheme = \"w8a8-fp8\"\nquality = { baseline = \"runs/bf16\" }",
     "case.toml:12:11: quality.baseline has the answers of one model only; give both: quality = { baseline = \"runs/bf16\", candidate = \"runs/fp8\" }"},
    {"QualityTwice", scheme, "scheme = \"w8a8-fp8\"\nquality = { baseline = \"a\", candidate = \"b\", pairs = \"c\" }",
     "case.toml:12:54: pairs are given, and so are baseline and candidate; keep one of them"},
    {"QualityFilesAreAbsent", scheme, "scheme = \"w8a8-fp8\"\nquality = { baseline = \"no/a\", candidate = \"no/b\", kld = \"no/c\" }",
     "no/a: no such file\nno/b: no such file\nno/c: no such file"},
    {"QualityKeyUnknown", scheme, "scheme = \"w8a8-fp8\"\nquality = { kld = 0.1, noise_flor = 0.001 }",
     "case.toml:12:24: quality has no key \"noise_flor\"; did you mean \"noise_floor\"?"},
    {"KldBelowNothing", scheme, "scheme = \"w8a8-fp8\"\nquality = { kld = -1 }",
     "case.toml:12:19: quality.kld is -1; write nats per token from 0 to 100, or a file, for example 0.03 or \"kld.txt\""},
    {"KldIsABoolean", scheme, "scheme = \"w8a8-fp8\"\nquality = { kld = true }",
     "case.toml:12:19: quality.kld is true; write nats per token from 0 to 100, or a file, for example 0.03 or \"kld.txt\""},
    {"LevelOfTheTest", option, "[[option]]\nscheme = \"w8a8-fp8\"\n[quality]\nalpha = 0.5\npower = 2\nslices = \"math\"\n",
     "case.toml:13:9: alpha is 0.5; write a share from 0.0001 to 0.2, for example 0.025\n"
     "case.toml:14:9: power is 2; write a share from 0.5 to 0.999, for example 0.8\n"
     "case.toml:15:10: slices is \"math\"; write a list of texts, for example [\"a\", \"b\"]"},
    {"UnknownHiddenCost", option, "[[option]]\nscheme = \"w8a8-fp8\"\n[money.hidden_costs]\ncomplexities = { hours = 3 }\n",
     "case.toml:13:1: hidden_costs has no key \"complexities\"; did you mean \"complexity\"?"},
    {"HiddenCostWithoutFigures", option, "[[option]]\nscheme = \"w8a8-fp8\"\n[money.hidden_costs]\ncomplexity = {}\n",
     "case.toml:13:14: hidden_costs.complexity is empty; write hours, dollars, hours_per_month or dollars_per_month"},
    {"HiddenCostIsANumber", option, "[[option]]\nscheme = \"w8a8-fp8\"\n[money.hidden_costs]\ncomplexity = 3\n",
     "case.toml:13:14: hidden_costs.complexity is 3; write a table, for example complexity = { hours = 16 }"},
    {"UnknownKeyBeforeOtherProblems", model_section, "nmae = \"x\"\n[model]\nupdates_per_year = -1",
     "case.toml:1:1: the file has no key \"nmae\"; did you mean \"name\"?\n"
     "case.toml:3:20: updates_per_year is -1; write updates per year from 0 to 1000, for example 2"},
    {"SeveralProblemsInTheirOrder", "device = \"h100-sxm\"\nprice_per_gpu_hour = 3.85", "device = \"h100-smx\"\nprice_per_gpu_hour = \"4.50 GB\"\nheadrom = 0.7",
     "case.toml:4:10: there is no device \"h100-smx\"; did you mean \"h100-sxm\"? bitworth hardware lists them\n"
     "case.toml:5:22: price_per_gpu_hour is \"4.50 GB\", which measures bytes; write dollars per hour, for example \"$4.50/h\"\n"
     "case.toml:6:1: [hardware] has no key \"headrom\"; did you mean \"headroom\"?"},
};
// clang-format on

class Malformed : public testing::TestWithParam<MalformedCase> {};

TEST_P(Malformed, SaysWhatIsWrongAndWhatToWrite) {
  const MalformedCase& row = GetParam();
  std::string text = row.part.empty() ? row.instead : valid_case;
  if (!row.part.empty()) {
    const std::size_t place = text.find(row.part);
    ASSERT_NE(place, std::string::npos) << row.part;
    text.replace(place, row.part.size(), row.instead);
  }
  const auto result = read_case(text, "case.toml", built_in_catalog());
  ASSERT_FALSE(result) << text;
  std::string messages;
  for (const Error& problem : result.error()) messages += (messages.empty() ? "" : "\n") + to_text(problem);
  EXPECT_EQ(messages, row.messages);
}

std::string name_of(const testing::TestParamInfo<MalformedCase>& row) {
  return row.param.name;
}

INSTANTIATE_TEST_SUITE_P(Text, Malformed, testing::ValuesIn(text_rows), name_of);
INSTANTIATE_TEST_SUITE_P(Values, Malformed, testing::ValuesIn(values_rows), name_of);
INSTANTIATE_TEST_SUITE_P(Names, Malformed, testing::ValuesIn(names_rows), name_of);

TEST(MalformedBase, IsValid) {
  EXPECT_TRUE(read_case(valid_case, "case.toml", built_in_catalog()));
}

}  // namespace
}  // namespace bitworth::formats
