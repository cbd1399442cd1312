// What restarts, lost or old checkpoints, a tiny cache, amendments and retractions may not change.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>

#include "tests/support/durable_runner.h"
#include "tests/support/generators.h"
#include "tests/support/naive_evaluator.h"
#include "tests/support/property_check.h"

namespace tocsin::testing {
namespace {

constexpr char kCases[] = "500";

std::string line_of(const GeneratedCase& built, const NaiveRecord& record) {
  return to_json_line(built.policy, *built.calendar, record);
}

// A JSON object line with one more member.
std::string with(std::string line, const std::string& member) {
  line.insert(line.size() - 1, "," + member);
  return line;
}

DurableSetting random_setting(size_t lines) {
  DurableSetting setting;
  setting.batch_lines = *rc::gen::inRange<size_t>(1, 6);
  setting.threads = *rc::gen::inRange(1u, 3u);
  setting.memory_bytes = *rc::gen::elementOf(std::vector<size_t>{1, 4000, size_t{1} << 30});
  setting.checkpoint_bytes = *rc::gen::elementOf(std::vector<size_t>{1, 2000, size_t{1} << 30});
  setting.snapshot_spacing = *rc::gen::elementOf(std::vector<uint32_t>{1, 2, 5});
  setting.prune_rows = *rc::gen::elementOf(std::vector<uint32_t>{1, 1, 3, 1'000'000});
  setting.keys_a_step = *rc::gen::elementOf(std::vector<size_t>{1, 3, 50'000});
  const int sessions = *rc::gen::inRange(0, 4);
  for (int i = 0; i < sessions; ++i) {
    setting.sessions.push_back({*rc::gen::inRange<size_t>(0, lines + 1),
                                *rc::gen::elementOf(std::vector<StateFate>{
                                    StateFate::kKept, StateFate::kDeleted, StateFate::kOlder})});
  }
  return setting;
}

void require_agreement(const GeneratedCase& built, const std::vector<std::string>& lines,
                       const DurableSetting& setting) {
  const DurableRun result = run_durable(built.policy, lines, built.until, setting);
  const Calendar& calendar = *built.calendar;
  const auto naive = evaluate_naively(built.policy, built.records, built.until);
  RC_ASSERT(result.run.stream_mistakes == std::vector<std::string>());
  RC_ASSERT(result.run.rejects == std::vector<std::string>());
  RC_ASSERT(to_lines(result.run.net, calendar) == to_lines(naive, calendar));
  RC_ASSERT(to_long_lines(result.run.folded, calendar) == to_long_lines(naive, calendar));
  RC_ASSERT(result.logged == result.told);
}

TEST(DurableProperty, RestartsLostCheckpointsAndATinyCacheChangeNothing) {
  check_property("restarts", kCases, [](const CaseSpec& spec) {
    const GeneratedCase built = build_case(spec);
    std::vector<std::string> lines;
    for (const NaiveRecord& record : built.records) lines.push_back(line_of(built, record));
    shuffle(lines);
    require_agreement(built, lines, random_setting(lines.size()));
  });
}

TEST(DurableProperty, WhatIsRetractedNeverWasAndTheHighestVersionCounts) {
  check_property("corrections", kCases, [](const CaseSpec& spec) {
    const GeneratedCase built = build_case(spec);
    std::vector<std::string> lines;
    for (size_t i = 0; i < built.records.size(); ++i) {
      const NaiveRecord& record = built.records[i];
      const std::string& type = built.policy.records[static_cast<size_t>(record.type)].name.text;
      switch (*rc::gen::inRange(0, 4)) {
        case 0: {  // another record with the same content, taken back
          NaiveRecord extra = record;
          extra.id = "extra" + std::to_string(i);
          lines.push_back(line_of(built, extra));
          lines.push_back("{\"type\":\"retract\",\"id\":\"r" + std::to_string(i) +
                          "\",\"time\":\"2025-01-01\",\"subject\":\"" + record.subject +
                          "\",\"target_type\":\"" + type + "\",\"target\":\"" + extra.id + "\"}");
          lines.push_back(line_of(built, record));
          break;
        }
        case 1: {  // first sent with another record's time and values
          NaiveRecord wrong = built.records[*rc::gen::inRange<size_t>(0, built.records.size())];
          if (wrong.type != record.type) wrong = record;
          wrong.id = record.id;
          wrong.subject = record.subject;
          lines.push_back(line_of(built, wrong));
          lines.push_back(with(line_of(built, record), "\"version\":2"));
          break;
        }
        case 2: {  // first sent for another subject
          NaiveRecord elsewhere = record;
          elsewhere.subject = "elsewhere" + std::to_string(i);
          lines.push_back(line_of(built, elsewhere));
          lines.push_back(with(line_of(built, record),
                               "\"version\":1,\"moved_from\":\"" + elsewhere.subject + "\""));
          break;
        }
        default:
          lines.push_back(line_of(built, record));
      }
    }
    shuffle(lines);
    require_agreement(built, lines, random_setting(lines.size()));
  });
}

}  // namespace
}  // namespace tocsin::testing
