// NDJSON, compression, and files that are not what they should be.
#include "rules-dsl/limits.h"
#include "tests/connectors/file_fixture.h"

namespace tocsin {
namespace {

class LineFile : public FileTest {
 protected:
  static std::string text_of(size_t lines) {
    std::string text;
    for (size_t i = 0; i < lines; ++i) {
      text += "{\"type\":\"penalty\",\"id\":\"p" + std::to_string(i * 7919 % 100'003) + "\"}\n";
    }
    return text;
  }
  std::string error(const std::string& path) {
    const Lines lines = read(path);
    return lines.error ? lines.error->message + "; " + lines.error->remedy : "no error";
  }
};

TEST_F(LineFile, LinesAreGivenAsTheyAre) {
  const Lines lines = read(write("a.ndjson", "{\"a\":1}\n\n{\"b\":2}"));
  EXPECT_EQ(lines.bytes, "{\"a\":1}\n\n{\"b\":2}\n");
  ASSERT_EQ(lines.chunks.size(), 1u);
  EXPECT_EQ(lines.chunks[0].lines, 3u);
  EXPECT_GE(lines.chunks[0].bytes.capacity(), lines.chunks[0].bytes.size() + 64);
}

TEST_F(LineFile, AnEmptyFileHasNoLines) { EXPECT_TRUE(read(write("a.ndjson", "")).chunks.empty()); }

TEST_F(LineFile, AByteOrderMarkBecomesBlanks) {
  EXPECT_EQ(read(write("a.jsonl", "\xEF\xBB\xBF{}\n{}\n")).bytes, "   {}\n{}\n");
}

TEST_F(LineFile, ChunksCountLinesAndBytes) {
  const std::string text = text_of(100'000);
  const Lines lines =
      read(write("a.ndjson", text), {.source = "s", .as_type = "", .chunk_bytes = 50'000});
  EXPECT_EQ(lines.bytes, text);
  EXPECT_GT(lines.chunks.size(), 50u);
  uint64_t line = 1;
  uint64_t byte = 0;
  for (const Chunk& chunk : lines.chunks) {
    EXPECT_EQ(chunk.source, "s");
    EXPECT_EQ(chunk.first_line, line);
    EXPECT_EQ(chunk.byte_offset, byte);
    EXPECT_EQ(chunk.lines, std::count(chunk.bytes.begin(), chunk.bytes.end(), '\n'));
    line += chunk.lines;
    byte += chunk.bytes.size();
  }
}

TEST_F(LineFile, ChunksCanBeLimitedByLines) {
  const Lines lines =
      read(write("a.ndjson", text_of(10)),
           {.source = "", .as_type = "", .chunk_bytes = 1u << 20, .chunk_lines = 4});
  ASSERT_EQ(lines.chunks.size(), 3u);
  EXPECT_EQ(lines.chunks[2].lines, 2u);
  EXPECT_EQ(lines.chunks[2].first_line, 9u);
}

TEST_F(LineFile, LinesAreLimitedAtOneMebibyte) {
  const std::string fits(limits::kLineBytesMax, 'x');
  EXPECT_TRUE(read(write("a.ndjson", fits + "\n")).rejects.empty());
  const std::string text = "{}\n" + fits + "x\n{}\n" + fits + fits + fits;
  const Lines lines = read(write("a.ndjson", text));
  EXPECT_EQ(lines.bytes, "{}\n\n{}\n\n");
  ASSERT_EQ(lines.rejects.size(), 2u);
  EXPECT_EQ(lines.rejects[0].line, 2u);
  EXPECT_EQ(lines.rejects[0].byte_offset, 3u);
  EXPECT_EQ(lines.rejects[0].reason, "the line is longer than 1048576 bytes");
  EXPECT_EQ(lines.rejects[1].line, 4u);
  EXPECT_EQ(lines.rejects[1].byte_offset, 3 + fits.size() + 2 + 3);
  EXPECT_EQ(lines.chunks[1].byte_offset, 3 + fits.size() + 2);
}

TEST_F(LineFile, CompressedFilesReadTheSame) {
  const std::string text = text_of(100'000);
  EXPECT_EQ(read(write("a.ndjson.gz", gzip(text))).bytes, text);
  EXPECT_EQ(read(write("a.ndjson.zst", zstd(text))).bytes, text);
  EXPECT_EQ(read(write("misnamed.ndjson", gzip(text))).bytes, text);
  EXPECT_EQ(read(write("parts.json.gz", gzip(text) + gzip("{}\n") + std::string(512, '\0'))).bytes,
            text + "{}\n");
  EXPECT_EQ(read(write("parts.json.zst", zstd(text) + zstd("") + zstd("{}\n"))).bytes,
            text + "{}\n");
  EXPECT_EQ(read(write("empty.json.gz", gzip(""))).bytes, "");
}

TEST_F(LineFile, ATruncatedFileIsNeverTakenForAWholeOne) {
  const std::string text = text_of(2'000);
  for (const char* ending : {".gz", ".zst"}) {
    const std::string whole = ending == std::string(".gz") ? gzip(text) : zstd(text);
    for (size_t cut = 0; cut < whole.size(); cut += 1 + cut / 20) {
      const Lines lines = read(write(std::string("cut.ndjson") + ending, whole.substr(0, cut)));
      ASSERT_TRUE(lines.error.has_value()) << ending << " cut at " << cut;
      EXPECT_EQ(lines.error->kind, ErrorKind::kInput);
      EXPECT_NE(lines.error->message.find("cut.ndjson"), std::string::npos);
      EXPECT_TRUE(text.starts_with(lines.bytes)) << ending << " cut at " << cut;
    }
  }
}

TEST_F(LineFile, ADamagedFileIsNoticed) {
  const std::string text = text_of(2'000);
  for (const char* ending : {".gz", ".zst"}) {
    const std::string whole = ending == std::string(".gz") ? gzip(text) : zstd(text);
    for (size_t at = 16; at < whole.size(); at += 1 + whole.size() / 60) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
      const Lines lines = read(write(std::string("damaged.ndjson") + ending, damaged));
      EXPECT_TRUE(lines.error.has_value()) << ending << " byte " << at;
    }
  }
}

TEST_F(LineFile, DamageIsNamedWithItsPlace) {
  const std::string whole = gzip(text_of(2'000));
  const std::string message = error(write("t.ndjson.gz", whole.substr(0, 500)));
  EXPECT_NE(message.find("t.ndjson.gz ends before its data is complete: at byte 500 of the file"),
            std::string::npos)
      << message;
  EXPECT_NE(error(write("u.ndjson.gz", gzip("{}\n") + "tail")).find("is damaged"),
            std::string::npos);
}

TEST_F(LineFile, OpeningNamesWhatIsWrong) {
  EXPECT_NE(
      error((folder_ / "none.csv").string()).find("No such file or directory; check the path"),
      std::string::npos);
  EXPECT_NE(error(folder_.string()).find("is a folder, not a file of records"), std::string::npos);
  EXPECT_NE(error(write("a.txt", "{}")).find("does not say what it holds; name it .ndjson"),
            std::string::npos);
  EXPECT_NE(error(write("a.csv.gz", "a,b\n")).find("is not compressed as its name says"),
            std::string::npos);
  EXPECT_NE(error(write("b.csv.zst", "")).find("is empty"), std::string::npos);
  EXPECT_NE(error(write("a.json", " [\n{}]"))
                .find("one JSON array, not one object a line; convert it first: jq"),
            std::string::npos);
}

}  // namespace
}  // namespace tocsin
