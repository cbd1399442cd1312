// A pipe gives what it has, a file a mebibyte at a time: what is read is the same.
#include <algorithm>

#include "connectors/file/line_formats.h"
#include "rules-dsl/limits.h"
#include "rules-dsl/value/csv_row.h"
#include "tests/connectors/file_fixture.h"

namespace tocsin {
namespace {

class PiecewiseSource : public ByteSource {
 public:
  PiecewiseSource(std::string_view stream, size_t piece_bytes)
      : rest_(stream), piece_bytes_(piece_bytes) {}

  Result<size_t> read(char* out, size_t size) override {
    const std::string_view piece = rest_.substr(0, std::min(size, piece_bytes_));
    std::copy(piece.begin(), piece.end(), out);
    rest_.remove_prefix(piece.size());
    return piece.size();
  }
  uint64_t stored_bytes_read() const override { return 0; }

 private:
  std::string_view rest_;
  const size_t piece_bytes_;
};

class FileInPieces : public FileTest {
 protected:
  using Open = Result<std::unique_ptr<LineSource>> (*)(std::unique_ptr<ByteSource>);

  static Result<std::unique_ptr<LineSource>> table(std::unique_ptr<ByteSource> bytes) {
    return open_table("pipe", ',', std::move(bytes), {.source = "", .as_type = "penalty"});
  }
  static Result<std::unique_ptr<LineSource>> ndjson(std::unique_ptr<ByteSource> bytes) {
    return open_ndjson("pipe", std::move(bytes), {});
  }

  // What becomes of the file: its error, or how many lines and which rejects. Fails when that
  // depends on the pieces.
  static std::string outcome(Open open, const std::string& text) {
    const std::string whole = read_by(open, text, text.size());
    for (const size_t piece_bytes : {20'000u, 90'112u, 500'000u, 1u << 20}) {
      EXPECT_EQ(read_by(open, text, piece_bytes), whole) << "in pieces of " << piece_bytes;
    }
    return whole;
  }

 private:
  static std::string read_by(Open open, const std::string& text, size_t piece_bytes) {
    const Lines lines = read(open(std::make_unique<PiecewiseSource>(text, piece_bytes)));
    if (lines.error) return lines.error->message;
    std::string told =
        std::to_string(std::count(lines.bytes.begin(), lines.bytes.end(), '\n')) + " lines";
    for (const FramingReject& reject : lines.rejects) {
      told += "; " + std::to_string(reject.line) + ": " + reject.reason;
    }
    return told;
  }
};

constexpr const char* kTooLong = "the row is longer than 1048576 bytes; is a quote left open?";
const std::string kFits(limits::kLineBytesMax - 4, 'x');  // as a cell, with room for four bytes
const std::string kHalf(limits::kLineBytesMax / 2, 'x');

TEST_F(FileInPieces, AHeaderThatIsTooLongIsRefusedAsSuchWhateverElseIsWrong) {
  const std::string too_long = std::string("pipe: line 1: ") + kTooLong;
  EXPECT_EQ(outcome(table, "2,\xDE" + kFits + "xx\n3,4\n"), too_long);  // not UTF-8 either
  EXPECT_EQ(outcome(table, "a,a," + kFits + "\n"), too_long);           // a name twice
  EXPECT_EQ(outcome(table, "a,\"" + kFits + "\"b\n"), too_long);        // a quote in the middle
  EXPECT_EQ(outcome(table, "a,\"" + kFits + kHalf), too_long);          // and one left open
}

TEST_F(FileInPieces, AHeaderTakesAMebibyteWithItsLineEnd) {
  EXPECT_EQ(outcome(table, "a,x" + kFits + "\n1,\n"), "2 lines");
  EXPECT_EQ(outcome(table, "a,xx" + kFits), "1 lines");
  EXPECT_EQ(outcome(table, "a,xx" + kFits + "\n"), std::string("pipe: line 1: ") + kTooLong);
}

TEST_F(FileInPieces, ARowThatIsTooLongIsRejectedAsSuchWhateverElseIsWrong) {
  const std::string line_2 = std::string("3 lines; 2: ") + kTooLong;
  EXPECT_EQ(outcome(table, "a,b\n" + kHalf + "," + kHalf + ",3\n1,2\n"), line_2);
  EXPECT_EQ(outcome(table, "a,b\n" + kFits + "xxxxx\n1,2\n"), line_2);
  EXPECT_EQ(outcome(table, "a,b\n\"" + kFits + "xxx\"y\n1,2\n"), line_2);
  EXPECT_EQ(outcome(table, "a,b\n\"" + kFits + kHalf + "\n1,2\n"), line_2);
}

TEST_F(FileInPieces, OtherMistakesWithinAMebibyteKeepTheirReasons) {
  EXPECT_EQ(outcome(table, "a,b\n" + kFits + "xxx\n1,2\n"),
            "3 lines; 2: the row has 1 cells, the header has 2");
  EXPECT_EQ(outcome(table, "a,b\n\"" + kFits + "x\"y\n1,2\n"),
            "3 lines; 2: something follows the closing quote of cell 1; write a quote within as "
            "\"\"");
  EXPECT_EQ(outcome(table, "a,b\n\"" + kFits + "xxx"),
            "2 lines; 2: the quote that opens cell 1 is never closed");
}

// Where such a row ends may be told only by what lies beyond the limit, as with a stray quote.
TEST_F(FileInPieces, OfARowThatIsTooLongOneLineIsGivenUp) {
  EXPECT_EQ(outcome(table, "a,b\n\"" + kHalf + "\n" + kHalf + "\n\",2\n3,4\n"),
            std::string("5 lines; 2: ") + kTooLong +
                "; 3: the row has 1 cells, the header has 2"
                "; 4: the quote that opens cell 1 is never closed");
}

TEST_F(FileInPieces, AnArrayIsLookedForBehindAMebibyteOfBlanksAtMost) {
  const std::string blanks(limits::kLineBytesMax - 1, '\n');
  EXPECT_EQ(outcome(ndjson, blanks + "[{}]\n"), "pipe holds one JSON array, not one object a line");
  EXPECT_EQ(outcome(ndjson, blanks + "\n[{}]\n"), "1048577 lines");
}

TEST(CsvRow, WhatLiesBeyondTheLimitIsNotLookedAt) {
  for (const bool at_end : {false, true}) {
    CsvRow row;
    parse_csv_row(std::string(limits::kLineBytesMax - 1, 'x') + "\ny", at_end, ',', row);
    EXPECT_EQ(row.outcome, CsvOutcome::kRow);
    EXPECT_EQ(row.bytes, limits::kLineBytesMax);
    parse_csv_row(std::string(limits::kLineBytesMax, 'x') + "\ny", at_end, ',', row);
    EXPECT_EQ(row.outcome, CsvOutcome::kTooLong);
    parse_csv_row(std::string(limits::kLineBytesMax, 'x'), at_end, ',', row);
    EXPECT_EQ(row.outcome, at_end ? CsvOutcome::kRow : CsvOutcome::kIncomplete);
  }
}

}  // namespace
}  // namespace tocsin
