// Verbs for the journal's tests.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "engine/store/journal.h"
#include "tests/support/temp_dir.h"

namespace tocsin {

// Entry `number` with contents that differ from every other one's; every fifth changes the policy.
inline JournalEntry sample_entry(uint64_t number) {
  JournalEntry entry;
  entry.number = number;
  if (number != 1) entry.wall_clock = static_cast<int64_t>(number) * 1'000'000 - 7;
  if (number % 5 == 0) {
    entry.policy_change = true;
    entry.policy_hash = "hash-" + std::to_string(number);
    entry.policy_text = "rule \"r" + std::to_string(number) + "\"\n";
    return entry;
  }
  entry.batch.wall_micros = static_cast<int64_t>(number) * 3;
  entry.batch.latest_time = static_cast<int64_t>(number) * 5;
  Chunk chunk;
  chunk.source = number % 2 == 0 ? "" : "hz-market-regulation";
  chunk.as_type = "penalty";
  chunk.first_line = number * 10;
  chunk.byte_offset = number * 1'000;
  chunk.lines = 2;
  chunk.bytes = "{\"id\":\"p" + std::to_string(number) + "\"}\n\n";
  chunk.framing_rejects.push_back(
      {number * 10 + 1, number * 1'000 + 12, "too long", "{\"id\":\"…"});
  entry.batch.chunks.push_back(std::move(chunk));
  entry.batch.acknowledgements.push_back({"bank-7", number << 40});
  return entry;
}

inline std::string to_text(const JournalEntry& entry) {
  std::string out = std::to_string(entry.number) + "|" + std::to_string(entry.policy_change) + "|" +
                    entry.policy_hash + "|" + entry.policy_text + "|" +
                    std::to_string(entry.wall_clock.value_or(0)) + "|" +
                    std::to_string(entry.batch.wall_micros) + " " +
                    std::to_string(entry.batch.latest_time);
  for (const Chunk& chunk : entry.batch.chunks) {
    out += "\nchunk " + chunk.source + "|" + chunk.as_type + "|" +
           std::to_string(chunk.first_line) + "|" + std::to_string(chunk.byte_offset) + "|" +
           std::to_string(chunk.lines) + "|" + chunk.bytes;
    for (const FramingReject& reject : chunk.framing_rejects) {
      out += "\nreject " + std::to_string(reject.line) + "|" + std::to_string(reject.byte_offset) +
             "|" + reject.reason + "|" + reject.text;
    }
  }
  for (const Acknowledgement& ack : entry.batch.acknowledgements) {
    out += "\nack " + ack.subscriber + "|" + std::to_string(ack.seq);
  }
  return out;
}

inline std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class JournalTest : public testing::Test {
 protected:
  std::unique_ptr<Journal> open(JournalOptions options = {}) {
    auto journal = Journal::open(dir(), options);
    if (!journal.ok()) {
      ADD_FAILURE() << journal.error().message;
      return nullptr;
    }
    return std::move(*journal);
  }

  Error open_error(JournalOptions options = {}) {
    auto journal = Journal::open(dir(), options);
    if (!journal.ok()) return journal.error();
    ADD_FAILURE() << "the journal was opened";
    return {};
  }

  // Appends entries first..last; returns the journal's size after each.
  static std::vector<uint64_t> append(Journal& journal, uint64_t first, uint64_t last) {
    std::vector<uint64_t> sizes;
    for (uint64_t number = first; number <= last; ++number) {
      Status status = journal.append(sample_entry(number));
      EXPECT_TRUE(status.ok()) << status.error().message;
      sizes.push_back(journal.bytes());
    }
    return sizes;
  }

  // Expects exactly the sample entries first..last.
  static void expect_entries(const Journal& journal, uint64_t first, uint64_t last) {
    uint64_t next = first;
    Status status = journal.read(first - 1, [&](JournalEntry&& entry) {
      EXPECT_EQ(to_text(entry), to_text(sample_entry(next)));
      ++next;
      return true;
    });
    EXPECT_TRUE(status.ok()) << status.error().message;
    EXPECT_EQ(next, last + 1);
    EXPECT_EQ(journal.last_number(), last);
  }

  std::filesystem::path dir() const { return temp_.path() / "journal"; }
  std::filesystem::path segment(unsigned index) const {
    return dir() / ("0000000" + std::to_string(index) + ".seg");
  }

 private:
  TempDir temp_;
};

}  // namespace tocsin
