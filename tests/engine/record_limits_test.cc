// Every bound on a record and on a warning, at n and at n + 1, through the engine.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rules-dsl/check/check.h"
#include "rules-dsl/compile.h"
#include "rules-dsl/limits.h"
#include "tests/support/engine_runner.h"

namespace tocsin::testing {
namespace {

using limits::kEvidenceMax;
using limits::kIdBytesMax;
using limits::kMessageBytesMax;
using limits::kTextBytesMax;

const char* const kRules =
    "policy \"limits\" { timezone \"UTC\" }\n"
    "record alpha { note text optional  n int optional }\n"
    "rule any { on alpha a where a.n is missing level red say \"{a.note}\" }\n"
    "rule many { while count(alpha where n > 0) > 0 level red }\n";

EngineRun run_lines(const std::vector<std::string>& lines, const std::string& rules = kRules) {
  dsl::SourceSet sources;
  sources.add("limits.rules", rules);
  dsl::Compiled compiled = dsl::compile(sources);
  for (const auto& diagnostic : compiled.diagnostics.sorted()) {
    ADD_FAILURE() << dsl::render_text(diagnostic, sources);
  }
  return run_engine(compiled.policy, lines, std::nullopt);
}

// A record whose members are replaced or added; `more` begins with a comma.
std::string record(const std::string& id, const std::string& subject,
                   const std::string& more = "") {
  return fmt::format(R"({{"type":"alpha","id":"{}","subject":"{}","time":"2025-01-01"{}}})", id,
                     subject, more);
}
std::string letters(size_t count) { return std::string(count, 'x'); }

// The one reason for which a line is rejected; empty: it is accepted.
std::string reason_for(const std::string& line) {
  const EngineRun run = run_lines({line});
  EXPECT_LE(run.rejects.size(), 1u);
  return run.rejects.empty() ? "" : run.rejects.front();
}

TEST(RecordLimits, ATextOfTheLimitIsReadAndOneByteMoreIsNot) {
  const auto note = [](size_t bytes) {
    return record("1", "A", ",\"note\":\"" + letters(bytes) + "\"");
  };
  EXPECT_EQ(reason_for(note(kTextBytesMax)), "");
  EXPECT_EQ(reason_for(note(kTextBytesMax + 1)),
            "the text has 65537 bytes; at most 65536 are allowed");
}

TEST(RecordLimits, IdsAndSubjectsOfTheLimitAreReadAndLongerOnesAreNot) {
  const std::string fits = letters(kIdBytesMax), longer = letters(kIdBytesMax + 1);
  const auto retraction = [](const std::string& target, const std::string& subject) {
    return fmt::format(R"({{"type":"retract","target_type":"alpha","target":"{}","subject":"{}"}})",
                       target, subject);
  };
  EXPECT_EQ(reason_for(record(fits, fits, ",\"moved_from\":\"" + fits.substr(1) + "\"")), "");
  EXPECT_EQ(reason_for(retraction(fits, fits)), "");
  const std::string id = "the id is longer than 1024 bytes";
  const std::string subject = "the subject is longer than 1024 bytes";
  EXPECT_EQ(reason_for(record(longer, "A")), id);
  EXPECT_EQ(reason_for(record("1", longer)), subject);
  EXPECT_EQ(reason_for(record("1", "A", ",\"moved_from\":\"" + longer + "\"")), subject);
  EXPECT_EQ(reason_for(retraction(longer, "A")), id);
  EXPECT_EQ(reason_for(retraction("1", longer)), subject);
}

// The parts and the bars between them count together.
TEST(RecordLimits, AnIdMayHaveAsManyColumnsAsAPolicyMayName) {
  std::string columns, members;
  for (size_t i = 0; i < limits::kIdPartsMax; ++i) {
    columns += fmt::format("{}\"c{}\"", i == 0 ? "" : ", ", i);
    members += fmt::format(",\"c{}\":\"{}\"", i, letters(64 - (i == 0 ? 0 : 1)));
  }
  std::string fields, values;
  for (size_t i = 0; i < limits::kFieldsMax; ++i) {
    fields += fmt::format(" f{} int", i);
    values += fmt::format(",\"f{}\":1", i);
  }
  std::string condition = "a.f0 == 1";
  for (size_t i = 1; i < limits::kFieldsMax; ++i) condition += fmt::format(" and a.f{} == 1", i);
  const std::string rules = "policy \"p\" { timezone \"UTC\" }\nrecord alpha { id from " + columns +
                            fields + " }\nrule any { on alpha a where " + condition +
                            " level red }";
  const std::string begin = R"({"type":"alpha","subject":"A","time":"2025-01-01")" + values;
  const std::string rest = R"(,"version":1,"moved_from":"B"})";
  EXPECT_EQ(run_lines({begin + members + rest}, rules).net.size(), 1u);
  const EngineRun longer = run_lines({begin + members + "," + rest}, rules);
  EXPECT_EQ(longer.rejects.size(), 1u) << "no JSON";
  members.insert(members.size() - 1, "x");
  EXPECT_EQ(run_lines({begin + members + rest}, rules).rejects,
            std::vector<std::string>{"the id is longer than 1024 bytes"});
}

// A line that is no record, and one that contradicts a record that was accepted.
TEST(RecordLimits, OfARejectedLineTheBeginningIsKept) {
  const auto line = [](size_t bytes, const std::string& begin) {
    return begin + std::string(bytes - begin.size(), ' ');
  };
  const std::string accepted = record("1", "A"), other = record("1", "A", ",\"n\":1");
  for (const std::string& begin : {std::string("no record"), other}) {
    for (const size_t bytes : {limits::kRejectTextBytesMax, limits::kRejectTextBytesMax + 1}) {
      const EngineRun run = run_lines({accepted, line(bytes, begin)});
      ASSERT_EQ(run.reject_texts.size(), 1u);
      EXPECT_EQ(run.reject_texts[0], line(limits::kRejectTextBytesMax, begin));
    }
  }
}

TEST(RecordLimits, ALocalTimeThatComesTwiceIsTheFirstAndOneThatNeverComesTheHourAfter) {
  const std::string rules =
      "policy \"p\" { timezone \"America/Toronto\" }\nrecord alpha {}\n"
      "rule any { on alpha a level red }";
  const auto raised = [&](const std::string& time) {
    const EngineRun run =
        run_lines({R"({"type":"alpha","id":"1","subject":"A","time":")" + time + R"("})"}, rules);
    const std::string json = run.messages.empty() ? run.rejects.at(0) : run.messages[0];
    const size_t at = json.find("\"raised\":\"");
    return at == json.npos ? json : json.substr(at + 10, 25);
  };
  EXPECT_EQ(raised("2025-11-02T01:30"), "2025-11-02T01:30:00-04:00");
  EXPECT_EQ(raised("2025-11-02T01:30-05:00"), "2025-11-02T01:30:00-05:00");
  EXPECT_EQ(raised("2025-03-09T02:30"), "2025-03-09T03:30:00-04:00");
  EXPECT_EQ(raised("2025-03-09T02:30-05:00"), "2025-03-09T03:30:00-04:00");
}

// Nothing recurses into what the policy does not use, so a line's length is the only bound.
TEST(RecordLimits, JsonMayNestAsDeepAsALineIsLong) {
  const std::string begin = record("1", "A");
  const size_t depth = (limits::kLineBytesMax - begin.size() - 6) / 2;
  const auto nested = [&](const std::string& field, const std::string& open, char close) {
    std::string value;
    for (size_t i = 0; i < depth / open.size(); ++i) value += open;
    return begin.substr(0, begin.size() - 1) + ",\"" + field + "\":" + value +
           (open.size() > 1 ? "1" : "") + std::string(depth / open.size(), close) + "}";
  };
  EXPECT_EQ(reason_for(nested("x", "[", ']')), "");
  EXPECT_EQ(reason_for(nested("x", "{\"\":", '}')), "");
  const std::string not_single = "a list or an object stands where a single value is expected";
  EXPECT_EQ(reason_for(nested("n", "[", ']')), not_single);
  EXPECT_EQ(reason_for(std::string(limits::kLineBytesMax, '[')), "the line is not a JSON object");
}

TEST(RecordLimits, AMessageIsCutAtTheLimitBetweenTwoCharacters) {
  const auto message_of = [](const std::string& note) {
    const EngineRun run = run_lines({record("1", "A", ",\"note\":\"" + note + "\"")});
    EXPECT_EQ(run.messages.size(), 1u);
    const std::string& json = run.messages.at(0);
    const size_t begin = json.find("\"message\":\"") + 11;
    return json.substr(begin, json.find("\",\"evidence\"") - begin);
  };
  EXPECT_EQ(message_of(letters(kMessageBytesMax)), letters(kMessageBytesMax));
  EXPECT_EQ(message_of(letters(kMessageBytesMax + 1)), letters(kMessageBytesMax));
  const std::string before = letters(kMessageBytesMax - 3);
  EXPECT_EQ(message_of(before + "界"), before + "界");
  EXPECT_EQ(message_of(before + "x界"), before + "x");
}

TEST(RecordLimits, EvidenceIsCutAtTheLimitAndCountedWhole) {
  for (const size_t count : {kEvidenceMax, kEvidenceMax + 1}) {
    std::vector<std::string> lines;
    for (size_t i = 0; i < count; ++i) {
      lines.push_back(record(fmt::format("id{:02}", i), "A", ",\"n\":1"));
    }
    const EngineRun run = run_lines(lines);
    ASSERT_EQ(run.messages.size(), 1u);
    const std::string& json = run.messages[0];
    EXPECT_NE(json.find(fmt::format("\"evidence_total\":{}", count)), std::string::npos) << json;
    EXPECT_NE(json.find("\"id19\""), std::string::npos) << json;
    EXPECT_EQ(json.find("\"id20\""), std::string::npos) << json;
  }
}

}  // namespace
}  // namespace tocsin::testing
