// Lines that people read: progress, warnings, rejects, console.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "connectors/cli/console.h"
#include "connectors/cli/progress_bar.h"
#include "connectors/cli/replay_summary.h"
#include "connectors/cli/tail_format.h"

namespace tocsin {
namespace {

constexpr char kMessage[] =
    R"({"seq":7,"event":"raised","reason":"record","warning":{"id":"x","rule":"repeat","title":"Again","level":"orange",)"
    R"("key":"A","subject":"A","raised":"2025-06-01T00:00:00+08:00","cleared":null,"message":"3 within \u001b[2Ja year"}})";

TEST(TailFormat, OneLineWithoutWhatATerminalWouldObey) {
  EXPECT_EQ(
      format_message(kMessage, false),
      "2025-06-01T00:00:00+08:00  orange   raised    repeat \"Again\" · A · 3 within  [2Ja year");
}

TEST(TailFormat, ColoursByLevel) {
  EXPECT_NE(format_message(kMessage, true).find("\x1B[38;5;208morange  \x1B[0m"),
            std::string::npos);
}

TEST(TailFormat, ClearedShowsWhen) {
  const std::string line = format_message(
      R"({"event":"cleared","warning":{"rule":"r","level":"red","subject":null,"raised":"2025-01-01","cleared":"2025-02-02"}})",
      false);
  EXPECT_EQ(line, "2025-02-02  red      cleared   r · –");
}

TEST(TailFormat, WhatIsNoMessageIsShownAsItIs) {
  EXPECT_EQ(format_message("{\"odd\":\t1}", false), "{\"odd\": 1}");
  EXPECT_EQ(format_message("not json", true), "not json");
}

TEST(Progress, ShowsShareRateAndWhatIsLeft) {
  EXPECT_EQ(
      render_progress({50, 200, 1'234'567, "12 warnings"}, 2.0),
      "[######..................]  25%  1,234,567 records  617,283/s  0:06 left  12 warnings");
  EXPECT_EQ(render_progress({50, 0, 10, ""}, 0.0), "10 records  0/s");
  EXPECT_EQ(render_progress({300, 200, 10, ""}, 1.0).substr(0, 32),
            "[########################] 100% ");
}

TEST(Progress, NumbersAreGrouped) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

TEST(ReplaySummary, TheFirstRejectsAreNamed) {
  BatchReport report;
  report.received = 8;
  for (uint64_t line = 1; line <= 7; ++line) {
    Reject reject;
    reject.source = "a.csv";
    reject.line = line;
    reject.reason = "not a time";
    reject.field = "when";
    report.rejects.push_back(std::move(reject));
  }
  report.applied = 1;
  Message withdrawn;
  withdrawn.event = Event::kWithdrawn;
  ReplaySummary summary;
  summary.add({std::make_shared<const Message>(), std::make_shared<const Message>(withdrawn)});
  summary.add(report);
  const std::vector<std::string> lines = summary.lines(2.0);
  ASSERT_EQ(lines.size(), 9u);
  EXPECT_EQ(
      lines[0],
      "8 records in 2.0 s (4/s): 1 applied, 0 of them late; 0 duplicates, 0 outdated, 7 rejected");
  EXPECT_EQ(lines[1], "0 warnings (2 messages)");
  EXPECT_EQ(lines[3], "  a.csv:1: not a time (field `when`)");
  EXPECT_EQ(lines[8], "  and 2 more");
  EXPECT_FALSE(summary.all_rejected());
}

TEST(Console, AReaderThatWentAwayIsNoError) {
  signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  Console console(ends[1], ends[1]);
  EXPECT_TRUE(console.line("buffered"));
  EXPECT_FALSE(console.flush());
  EXPECT_FALSE(console.line("more"));
  EXPECT_FALSE(console.open());
  close(ends[1]);
}

TEST(Console, ErrorsSayWhatToDo) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  {
    Console console(ends[1], ends[1]);
    EXPECT_EQ(console.fail({ErrorKind::kInput, "cannot open x", "check the path"}), kExitInput);
    EXPECT_EQ(console.fail({ErrorKind::kCorrupt, "y", ""}), kExitEnvironment);
    EXPECT_EQ(console.usage("z"), kExitUsage);
  }
  char text[200] = {};
  ASSERT_GT(read(ends[0], text, sizeof text - 1), 0);
  EXPECT_STREQ(text, "tocsin: cannot open x\n  help: check the path\ntocsin: y\ntocsin: z\n");
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace tocsin
