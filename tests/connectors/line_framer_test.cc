#include "connectors/tcp/line_framer.h"

#include <gtest/gtest.h>

#include <random>

#include "rules-dsl/limits.h"

namespace tocsin {
namespace {

using limits::kLineBytesMax;

Chunk frame(std::string_view stream, size_t piece_bytes = SIZE_MAX, FramerStart start = {}) {
  LineFramer framer(std::move(start));
  for (size_t at = 0; at < stream.size(); at += std::min(piece_bytes, stream.size() - at)) {
    framer.append(stream.substr(at, piece_bytes));
  }
  framer.finish();
  return framer.has_lines() ? framer.take() : Chunk{};
}

TEST(LineFramer, SplitsAtNewlinesWhateverThePieces) {
  for (const size_t piece : {1u, 2u, 3u, 5u, 100u}) {
    const Chunk chunk = frame("one\ntwo\r\n\nfour", piece);
    EXPECT_EQ(chunk.bytes, "one\ntwo\n\nfour\n");
    EXPECT_EQ(chunk.lines, 4u);
    EXPECT_TRUE(chunk.framing_rejects.empty());
  }
}

TEST(LineFramer, NothingComesOfNothing) {
  EXPECT_EQ(frame("").lines, 0u);
  EXPECT_EQ(frame("\n").lines, 1u);
  EXPECT_EQ(frame("a").bytes, "a\n");  // the last line may lack its newline
}

TEST(LineFramer, KeepsBytesThatAreNoText) {
  const std::string bytes("a\0b\xFF\xFE\n\x80\n", 8);
  EXPECT_EQ(frame(bytes, 1).bytes, bytes);
}

TEST(LineFramer, OnlyTheLastCarriageReturnBelongsToTheLineEnd) {
  EXPECT_EQ(frame("a\rb\r\r\n").bytes, "a\rb\r\n");
}

TEST(LineFramer, DropsAByteOrderMarkOnceAtTheBeginning) {
  EXPECT_EQ(frame("\xEF\xBB\xBFone\n\xEF\xBB\xBFtwo\n", 1).bytes, "one\n\xEF\xBB\xBFtwo\n");
  EXPECT_EQ(frame("\xEF\xBB\xBFone\n", 1, {.source = "", .as_type = "", .first_line = 7}).bytes,
            "\xEF\xBB\xBFone\n");
}

TEST(LineFramer, NumbersLinesAndBytesOfTheStreamFromItsStart) {
  LineFramer framer(
      {.source = "s", .as_type = "t", .connection = 9, .first_line = 11, .byte_offset = 100});
  EXPECT_EQ(framer.last_line(), 10u);
  framer.append("one\r\ntw");
  const Chunk first = framer.take();
  EXPECT_EQ(first.source, "s");
  EXPECT_EQ(first.as_type, "t");
  EXPECT_EQ(first.connection, 9u);
  EXPECT_EQ(first.first_line, 11u);
  EXPECT_EQ(first.byte_offset, 100u);
  EXPECT_EQ(first.lines, 1u);
  EXPECT_TRUE(framer.inside_line());
  EXPECT_FALSE(framer.has_lines());
  framer.append("o\n");
  const Chunk second = framer.take();
  EXPECT_EQ(second.first_line, 12u);
  EXPECT_EQ(second.byte_offset, 105u);
  EXPECT_EQ(framer.last_line(), 12u);
  EXPECT_FALSE(framer.inside_line());
}

TEST(LineFramer, LeavesRoomForTheParserBehindTheBytes) {
  const Chunk chunk = frame(std::string(5'000, 'x') + "\n");
  EXPECT_GE(chunk.bytes.capacity(), chunk.bytes.size() + 64);
}

TEST(LineFramer, ALineOfExactlyTheLimitIsKept) {
  const std::string line(kLineBytesMax, 'x');
  for (const std::string end : {"\n", "\r\n", ""}) {
    for (const size_t piece : {size_t{65'536}, SIZE_MAX}) {
      const Chunk chunk = frame("\xEF\xBB\xBF" + line + end, piece);
      EXPECT_EQ(chunk.bytes.size(), kLineBytesMax + 1);
      EXPECT_TRUE(chunk.framing_rejects.empty());
    }
  }
}

TEST(LineFramer, ALineOfOneByteMoreIsRejectedAndLeavesAnEmptyLine) {
  const std::string line = "begin" + std::string(kLineBytesMax - 4, 'x');
  for (const std::string end : {"\nnext\n", "\r\nnext\r\n"}) {
    for (const size_t piece : {size_t{65'536}, SIZE_MAX}) {
      const Chunk chunk = frame("a\n" + line + end, piece);
      EXPECT_EQ(chunk.bytes, "a\n\nnext\n");
      ASSERT_EQ(chunk.framing_rejects.size(), 1u);
      const FramingReject& reject = chunk.framing_rejects.front();
      EXPECT_EQ(reject.line, 2u);
      EXPECT_EQ(reject.byte_offset, 2u);
      EXPECT_TRUE(reject.text.starts_with("beginxxx"));
      EXPECT_EQ(reject.text.size(), limits::kRejectTextBytesMax);
      EXPECT_NE(reject.reason.find("1048576"), std::string::npos);
    }
  }
}

TEST(LineFramer, AnEndlessLineTakesNoMemory) {
  LineFramer framer{FramerStart{}};
  const std::string piece(limits::kReadBytesMax, 'x');
  for (int i = 0; i < 1'000; ++i) framer.append(piece);  // 256 MB: the test machine would notice
  EXPECT_TRUE(framer.inside_line());
  framer.finish();
  const Chunk chunk = framer.take();
  EXPECT_EQ(chunk.bytes, "\n");
  EXPECT_EQ(chunk.framing_rejects.size(), 1u);
}

TEST(LineFramer, OffsetsGoOnBehindARejectedLine) {
  LineFramer framer{FramerStart{}};
  framer.append(std::string(3 * kLineBytesMax, 'x'));
  framer.append("\nab\n");
  framer.take();
  framer.append("c\n");
  EXPECT_EQ(framer.take().byte_offset, 3 * kLineBytesMax + 4);
}

TEST(LineFramer, RandomCutsNeverChangeTheLines) {
  std::mt19937 random(7);
  std::string stream;
  for (int i = 0; i < 300; ++i)
    stream += std::string(random() % 40, 'a' + i % 26) + (i % 3 ? "\n" : "\r\n");
  const Chunk whole = frame(stream);
  for (int round = 0; round < 50; ++round) {
    LineFramer framer{FramerStart{}};
    std::string bytes;
    for (size_t at = 0; at < stream.size();) {
      const size_t size = 1 + random() % 30;
      framer.append(std::string_view(stream).substr(at, size));
      at += size;
      if (framer.has_lines() && random() % 2) bytes += framer.take().bytes;
    }
    framer.finish();
    if (framer.has_lines()) bytes += framer.take().bytes;
    ASSERT_EQ(bytes, whole.bytes) << "seed 7, round " << round;
  }
}

}  // namespace
}  // namespace tocsin
