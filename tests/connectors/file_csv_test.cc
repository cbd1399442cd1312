// Table files: every row a JSON line, every oddity of real CSV.
#include "rules-dsl/limits.h"
#include "rules-dsl/value/csv_row.h"
#include "tests/connectors/file_fixture.h"

namespace tocsin {
namespace {

class TableFile : public FileTest {
 protected:
  Lines table(std::string_view text, std::string as_type = "penalty") {
    return read(write("records.csv", text), {.source = "", .as_type = std::move(as_type)});
  }
  std::string error(std::string_view text, std::string as_type = "penalty") {
    const Lines lines = table(text, std::move(as_type));
    return lines.error ? lines.error->message + "; " + lines.error->remedy : "no error";
  }
  // What is wrong with the only row of a table with columns a and b.
  std::string reject(std::string_view row) {
    const Lines lines = table("a,b\n" + std::string(row));
    return lines.rejects.size() == 1 ? lines.rejects[0].reason : "not one reject";
  }
};

struct Case {
  const char* name;
  std::string_view csv;
  std::string_view json;
};

class TableCases : public TableFile, public ::testing::WithParamInterface<Case> {};

TEST_P(TableCases, BecomeLines) {
  const Lines lines = table(GetParam().csv);
  EXPECT_EQ(lines.error.has_value(), false);
  EXPECT_EQ(lines.bytes, GetParam().json);
  EXPECT_TRUE(lines.rejects.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, TableCases,
    ::testing::Values(
        Case{"Plain", "a,b\n1,2\n3,4\n",
             "\n{\"a\":\"1\",\"b\":\"2\"}\n{\"a\":\"3\",\"b\":\"4\"}\n"},
        Case{"NoLastLineEnd", "a,b\n1,2", "\n{\"a\":\"1\",\"b\":\"2\"}\n"},
        Case{"CarriageReturns", "a,b\r\n1,2\r\n\"3\",\"4\"\r\n",
             "\n{\"a\":\"1\",\"b\":\"2\"}\n{\"a\":\"3\",\"b\":\"4\"}\n"},
        Case{"CarriageReturnAtTheEnd", "a,b\r\n1,\"2\"\r", "\n{\"a\":\"1\",\"b\":\"2\"}\n"},
        Case{"ByteOrderMark", "\xEF\xBB\xBF\"a\",b\n1,2\n", "\n{\"a\":\"1\",\"b\":\"2\"}\n"},
        Case{"EmptyCellsAreLeftOut", "a,b\n,2\n1,\n,\n\"\",\"\"\n",
             "\n{\"b\":\"2\"}\n{\"a\":\"1\"}\n{}\n{}\n"},
        Case{"QuotesAndDelimiters", "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n",
             "\n{\"a\":\"x,y\",\"b\":\"say \\\"hi\\\"\"}\n"},
        Case{"LineEndsInsideKeepTheNumbers", "a,b\n\"x\ny\r\nz\",2\n3,4\n",
             "\n{\"a\":\"x\\ny\\r\\nz\",\"b\":\"2\"}\n\n\n{\"a\":\"3\",\"b\":\"4\"}\n"},
        Case{"QuoteWithinAPlainCell", "a,b\n5\" pipe,2\n",
             "\n{\"a\":\"5\\\" pipe\",\"b\":\"2\"}\n"},
        Case{"BlanksAreKept", "a,b\n 1 , 2\n", "\n{\"a\":\" 1 \",\"b\":\" 2\"}\n"},
        Case{"BlankLinesAreSkipped", "a,b\n\n1,2\n\r\n", "\n\n{\"a\":\"1\",\"b\":\"2\"}\n\n"},
        Case{"NamelessColumnIsLeftOut", ",a,b\n7,1,2\n", "\n{\"a\":\"1\",\"b\":\"2\"}\n"},
        Case{"ControlCharacters", "a,b\n\t\x01,2\n", "\n{\"a\":\"\\t\\u0001\",\"b\":\"2\"}\n"},
        Case{"InvalidUtf8IsLeftToTheDecoder", "a,b\n\xFF,2\n", "\n{\"a\":\"\xFF\",\"b\":\"2\"}\n"},
        Case{"Chinese", "主体,金额\n杭州某公司,1000\n",
             "\n{\"主体\":\"杭州某公司\",\"金额\":\"1000\"}\n"},
        Case{"HeaderOverTwoLines", "\"a\nx\",b\n1,2\n", "\n\n{\"a\\nx\":\"1\",\"b\":\"2\"}\n"},
        Case{"HeaderOnly", "a,b\n", "\n"}),
    [](const auto& info) { return info.param.name; });

TEST_F(TableFile, TabsSeparateTsv) {
  const Lines lines = read(write("r.tsv", "a\tb\n1,5\t\"2\t3\"\n"), {.source = "", .as_type = "x"});
  EXPECT_EQ(lines.bytes, "\n{\"a\":\"1,5\",\"b\":\"2\\t3\"}\n");
}

TEST_F(TableFile, RaggedRowsAreRejectedAndTheRestGoesOn) {
  const Lines lines = table("a,b\n1\n1,2,3\n4,5\n");
  ASSERT_EQ(lines.rejects.size(), 2u);
  EXPECT_EQ(lines.rejects[0].line, 2u);
  EXPECT_EQ(lines.rejects[0].reason, "the row has 1 cells, the header has 2");
  EXPECT_EQ(lines.rejects[1].line, 3u);
  EXPECT_EQ(lines.rejects[1].reason, "the row has 3 cells, the header has 2");
  EXPECT_EQ(lines.rejects[1].text, "1,2,3\n");
  EXPECT_EQ(lines.bytes, "\n\n\n{\"a\":\"4\",\"b\":\"5\"}\n");
}

TEST_F(TableFile, AStrayQuoteCostsOneLineOnly) {
  const Lines lines = table("a,b\n\"open,2\n3,4\n5,6\n");
  ASSERT_EQ(lines.rejects.size(), 1u);
  EXPECT_EQ(lines.rejects[0].line, 2u);
  EXPECT_EQ(lines.rejects[0].reason, "the quote that opens cell 1 is never closed");
  EXPECT_EQ(lines.rejects[0].text, "\"open,2");
  EXPECT_EQ(lines.bytes, "\n\n{\"a\":\"3\",\"b\":\"4\"}\n{\"a\":\"5\",\"b\":\"6\"}\n");
}

TEST_F(TableFile, AStrayQuoteInALargeFileCostsOneLineOnly) {
  std::string text = "a,b\n\"open,2\n";
  for (int row = 0; row < 400'000; ++row) text += "333,444\n";
  const Lines lines = table(text);
  ASSERT_EQ(lines.rejects.size(), 1u);
  EXPECT_EQ(lines.rejects[0].line, 2u);
  EXPECT_TRUE(lines.rejects[0].reason.ends_with("is a quote left open?"))
      << lines.rejects[0].reason;
  EXPECT_EQ(std::count(lines.bytes.begin(), lines.bytes.end(), '{'), 400'000);
}

TEST_F(TableFile, TextAfterAClosingQuoteIsRejected) {
  EXPECT_EQ(reject("\"x\"y,2\n"),
            "something follows the closing quote of cell 1; write a quote within as \"\"");
}

TEST_F(TableFile, RowsAreLimitedAtOneMebibyte) {
  const size_t frame = std::string_view("{\"a\":\"\",\"b\":\"2\"}").size();
  const std::string fits(limits::kLineBytesMax - frame, 'x');
  EXPECT_TRUE(table("a,b\n" + fits + ",2\n").rejects.empty());
  const Lines beyond = table("a,b\n" + fits + "x,2\n3,4\n");
  ASSERT_EQ(beyond.rejects.size(), 1u);
  EXPECT_TRUE(beyond.rejects[0].reason.starts_with("the row is longer than 1048576 bytes"));
  EXPECT_EQ(beyond.rejects[0].text.size(), limits::kRejectTextBytesMax);
  EXPECT_EQ(beyond.bytes, "\n\n{\"a\":\"3\",\"b\":\"4\"}\n");
  const Lines far_beyond = table("a,b\n" + fits + fits + fits + ",2\n3,4\n");
  EXPECT_EQ(far_beyond.rejects.size(), 1u);
  EXPECT_EQ(far_beyond.bytes, beyond.bytes);
}

TEST_F(TableFile, HeaderMistakesNameTheRemedy) {
  EXPECT_NE(error("a,b,a\n").find("two columns are named `a`; rename column 3"), std::string::npos);
  EXPECT_NE(error("").find("is empty; begin the file with a header line"), std::string::npos);
  EXPECT_NE(error("\n1,2\n").find("the first line names no column"), std::string::npos);
  EXPECT_NE(error("\xC4\xE3,b\n").find("the header is not UTF-8; convert the file first"),
            std::string::npos);
  EXPECT_NE(error("\"a,b\n").find("line 1: the quote that opens cell 1 is never closed"),
            std::string::npos);
}

TEST_F(TableFile, RowsNeedAType) {
  EXPECT_NE(
      error("a,b\n1,2\n", "").find("no column `type`; say which records these are: --as TYPE"),
      std::string::npos);
  EXPECT_EQ(table("type,b\npenalty,2\n", "").bytes, "\n{\"type\":\"penalty\",\"b\":\"2\"}\n");
}

// Whatever the place at which the data read so far ends, the rows are the same.
TEST(CsvRow, EveryCutIsIncompleteOrTheSameRow) {
  const std::string text = "\"a \"\"b\"\"\",c\r\n";
  for (size_t cut = 1; cut < text.size(); ++cut) {
    CsvRow row;
    parse_csv_row(std::string_view(text).substr(0, cut), false, ',', row);
    EXPECT_EQ(row.outcome, CsvOutcome::kIncomplete) << cut;
  }
  CsvRow row;
  parse_csv_row(text, false, ',', row);
  ASSERT_EQ(row.outcome, CsvOutcome::kRow);
  ASSERT_EQ(row.cells.size(), 2u);
  EXPECT_EQ(csv_cell_text(row.cells[0]), "a \"b\"");
  EXPECT_EQ(row.cells[1].text, "c");
  EXPECT_EQ(row.bytes, text.size());
}

}  // namespace
}  // namespace tocsin
