// The engine against the naive evaluator on generated policies and records (issue 3, "The judge").
//
// TOCSIN_CASES sets the number of cases of each property, RC_PARAMS="seed=…" repeats a run. A
// counterexample is shrunk and written to a folder as policy.rules and records.ndjson, which
// `tocsin replay` reproduces.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "rules-dsl/syntax/printer.h"
#include "tests/support/engine_runner.h"
#include "tests/support/generators.h"
#include "tests/support/naive_evaluator.h"
#include "tests/support/policy_text.h"
#include "tests/support/property_check.h"

namespace tocsin::testing {
namespace {

constexpr char kCases[] = "500";

std::vector<std::string> lines_of(const GeneratedCase& built) {
  std::vector<std::string> lines;
  for (const NaiveRecord& record : built.records) {
    lines.push_back(to_json_line(built.policy, *built.calendar, record));
  }
  return lines;
}

// Writes the case to a folder and returns the command that runs it.
std::string write_case(const GeneratedCase& built, const std::string& folder_name) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / folder_name;
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "policy.rules") << built.policy_text;
  std::ofstream(folder / "records.ndjson") << to_ndjson(built);
  std::string command =
      "tocsin replay " + folder.string() + " " + (folder / "records.ndjson").string() + " --net";
  if (built.until) command += " --until " + built.calendar->format_time(*built.until);
  return command;
}

std::string difference(const std::vector<std::string>& engine,
                       const std::vector<std::string>& naive) {
  std::string text;
  std::vector<std::string> only;
  std::set_difference(engine.begin(), engine.end(), naive.begin(), naive.end(),
                      std::back_inserter(only));
  for (const std::string& line : only) text += "only the engine: " + line + "\n";
  only.clear();
  std::set_difference(naive.begin(), naive.end(), engine.begin(), engine.end(),
                      std::back_inserter(only));
  for (const std::string& line : only) text += "only the judge:  " + line + "\n";
  return text;
}

// Fails the property when the run is not what the judge says.
void require_agreement(const GeneratedCase& built, const std::vector<std::string>& lines,
                       const EngineSetting& setting) {
  write_case(built, "tocsin-case");  // should the engine abort, this is what it was given
  const EngineRun run = run_engine(built.policy, lines, built.until, setting);
  const Calendar& calendar = *built.calendar;
  const auto naive = evaluate_naively(built.policy, built.records, built.until);
  // The net result has neither messages nor evidence; the stream has.
  std::string report =
      difference(to_lines(run.net, calendar), to_lines(naive, calendar)) +
      difference(to_long_lines(run.folded, calendar), to_long_lines(naive, calendar));
  for (const std::string& mistake : run.stream_mistakes) report += mistake + "\n";
  for (const std::string& reject : run.rejects) report += "rejected: " + reject + "\n";
  if (report.empty()) return;
  // The last one written is the smallest: RapidCheck shrinks downwards.
  RC_FAIL(report + write_case(built, "tocsin-difference"));
}

TEST(Property, TheEngineAgreesWithTheJudge) {
  check_property("one batch", kCases, [](const CaseSpec& spec) {
    const GeneratedCase built = build_case(spec);
    require_agreement(built, lines_of(built), {});
  });
}

TEST(Property, OrderBatchesShardsThreadsAndResendsChangeNothing) {
  check_property("any arrival", kCases, [](const CaseSpec& spec) {
    const GeneratedCase built = build_case(spec);
    std::vector<std::string> lines = lines_of(built);
    const int resends = *rc::gen::inRange(0, 4);
    for (int i = 0; i < resends && !lines.empty(); ++i) {
      lines.push_back(lines[*rc::gen::inRange<size_t>(0, lines.size())]);
    }
    shuffle(lines);
    const EngineSetting setting{
        .batch_lines = *rc::gen::inRange<size_t>(1, 8),
        .shards = *rc::gen::elementOf(std::vector<unsigned>{1, 2, 7, 64}),
        .threads = *rc::gen::inRange(1u, 3u),
        .snapshot_spacing = *rc::gen::elementOf(std::vector<uint32_t>{1, 2, 5}),
        .clock_steps = *rc::gen::inRange(0, 4),
    };
    require_agreement(built, lines, setting);
  });
}

TEST(Property, ThreadsShardsAndSnapshotsChangeNoByteOfTheStream) {
  check_property("same bytes", kCases, [](const CaseSpec& spec) {
    const GeneratedCase built = build_case(spec);
    std::vector<std::string> lines = lines_of(built);
    shuffle(lines);
    const size_t batch_lines = *rc::gen::inRange<size_t>(1, 8);
    const EngineRun alone = run_engine(built.policy, lines, built.until,
                                       {.batch_lines = batch_lines, .shards = 1, .threads = 1});
    const EngineRun many = run_engine(built.policy, lines, built.until,
                                      {.batch_lines = batch_lines,
                                       .shards = 16,
                                       .threads = 2,
                                       .snapshot_spacing = 1});
    RC_ASSERT(alone.messages == many.messages);
  });
}

TEST(Property, PrintingAndParsingAgainChangesNothing) {
  check_property("round trip", kCases, [](const CaseSpec& spec) {
    const GeneratedCase built = build_case(spec);
    const std::string printed = dsl::print(built.policy);
    const CheckedPolicy again = check_policy_text(printed);
    RC_ASSERT(again.mistakes == std::string());
    RC_ASSERT(dsl::print(again.policy) == printed);
    const auto before = evaluate_naively(built.policy, built.records, built.until);
    const auto after = evaluate_naively(again.policy, built.records, built.until);
    RC_ASSERT(to_lines(before, *built.calendar) == to_lines(after, *built.calendar));
  });
}

}  // namespace
}  // namespace tocsin::testing
