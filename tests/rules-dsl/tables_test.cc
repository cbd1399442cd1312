// Tables: files and rows written out are one thing, real reference tables, limits; credit codes.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "rules-dsl/compile.h"
#include "rules-dsl/limits.h"
#include "rules-dsl/value/csv_row.h"
#include "rules-dsl/value/functions.h"
#include "rules-dsl/value/uscc.h"

namespace tocsin::dsl {
namespace {

const std::string kData = "../shared/data/";

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  EXPECT_FALSE(text.str().empty()) << path;
  return text.str();
}

// Cells of every row, the header first.
std::vector<std::vector<std::string>> rows_of(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  CsvRow row;
  for (std::string_view rest = csv; !rest.empty(); rest.remove_prefix(row.bytes)) {
    parse_csv_row(rest, true, ',', row);
    std::vector<std::string>& cells = rows.emplace_back();
    for (const CsvCell& cell : row.cells) cells.push_back(csv_cell_text(cell));
  }
  return rows;
}

Compiled compile_with(const std::string& rules, const std::string& csv = "") {
  SourceSet sources;
  sources.add("all.rules", rules);
  sources.attach("t.csv", {csv, ""});
  return compile(sources);
}

std::string codes_of(const Compiled& compiled) {
  std::string codes;
  for (const Diagnostic& found : compiled.diagnostics.sorted()) codes += found.code + " ";
  return codes;
}

TEST(Tables, AFileIsWrittenOutAndComesBackTheSame) {
  const Compiled compiled = compile_with(
      "table places from \"t.csv\" key code { code region, name text from \"label\",\n"
      "  risk one of low < \"very high\" optional, at time optional format \"%d.%m.%Y\" }\n"
      "record a { place region }\n"
      "rule r { on a x where places[x.place].risk == \"very high\" level red\n"
      "  say \"{places[x.place].name} {places[\\\"330106\\\"].name}\" }",
      "\xEF\xBB\xBFlabel,unused,code,risk,at\r\n\"a \"\"b\"\", c\",1,330106,very "
      "high,31.01.2025\r\n"
      "\"two\nlines\",2,310101,,\r\n\r\n");
  ASSERT_EQ(codes_of(compiled), "");
  const std::string& canonical = compiled.program->canonical_text;
  EXPECT_NE(
      canonical.find("} rows {\n  \"330106\", \"a \\\"b\\\", c\", \"very high\", \"31.01.2025\";\n"
                     "  \"310101\", \"two\\nlines\", \"\", \"\";\n}\n"),
      std::string::npos)
      << canonical;
  const Compiled again = compile_with(canonical);
  ASSERT_EQ(codes_of(again), "");
  EXPECT_EQ(again.program->canonical_text, canonical);
  EXPECT_EQ(again.program->hash, compiled.program->hash);
  const plan::TablePlan& table = again.program->tables.at(0);
  EXPECT_EQ(table.find(Value::of_text("310101"), 1)->text(), "two\nlines");
  EXPECT_TRUE(table.find(Value::of_text("310101"), 2)->is_missing());
  EXPECT_EQ(table.find(Value::of_text("310102"), 1), nullptr);
  EXPECT_EQ(table.find(Value::missing(), 1), nullptr);
}

TEST(Tables, EveryKindOfKeyIsFound) {
  const std::string rules =
      "table i key k { k int, v int } rows { 7, 1; -7, 2 }\n"
      "table d key k { k decimal, v int } rows { 0.5, 1; 7, 2 }\n"
      "table b key k { k bool, v int } rows { true, 1 }\n"
      "table t key k { k time, v int } rows { 2025-01-01T08:00, 1 }\n"
      "table e key k { v int, k one of low < high } rows { 1, high }\n"
      "record a { n int }\n"
      "rule r { on a x where i[x.n].v == 1 and d[x.n].v == 2 and b[x.n > 1].v == 1 and\n"
      "  t[x.time].v == 1 and e[high].v == 1 level red }";
  const Compiled compiled = compile_with(rules);
  ASSERT_EQ(codes_of(compiled), "");
  const auto& tables = compiled.program->tables;
  EXPECT_EQ(tables[0].find(Value::of_int(-7), 1)->integer(), 2);
  EXPECT_EQ(tables[1].find(Value::of_decimal(5'000), 1)->integer(), 1);
  EXPECT_EQ(tables[2].find(Value::of_bool(true), 1)->integer(), 1);
  EXPECT_EQ(tables[2].find(Value::of_bool(false), 1), nullptr);
  EXPECT_EQ(tables[4].find(Value::of_enum(1), 0)->integer(), 1);
}

TEST(Tables, LimitsHoldAtTheirEdges) {
  const std::string table = "table t from \"t.csv\" key k { k int }\n";
  std::string csv = "k\n";
  for (size_t i = 0; i < limits::kTableRowsMax; ++i) csv += std::to_string(i) + "\n";
  EXPECT_EQ(codes_of(compile_with(table, csv)), "");
  EXPECT_EQ(codes_of(compile_with(table, csv + "-1\n")), "R0277 ");

  std::string most = "k,note\n";
  for (int i = 100; i < 355; ++i) most += std::to_string(i) + "," + std::string(65'531, 'x') + "\n";
  most += "1,";
  most.resize(limits::kAttachedBytesMax, 'x');
  EXPECT_EQ(codes_of(compile_with(table, most)), "");
  EXPECT_EQ(codes_of(compile_with(table, most + "x")), "R0276 ");

  const std::string texts = "table t from \"t.csv\" key k { k text }\n";
  const std::string longest(limits::kTextBytesMax, 'x');
  EXPECT_EQ(codes_of(compile_with(texts, "k\n" + longest)), "");
  EXPECT_EQ(codes_of(compile_with(texts, "k\n" + longest + "x")), "R0277 ");

  std::string columns = "k int";
  std::string row = "1";
  for (size_t i = 1; i < limits::kFieldsMax; ++i) {
    columns += ", c" + std::to_string(i) + " int";
    row += ", 1";
  }
  const auto of = [](const std::string& fields, const std::string& cells) {
    return "table t key k { " + fields + " } rows { " + cells + " }\n";
  };
  EXPECT_EQ(codes_of(compile_with(of(columns, row))), "");
  EXPECT_EQ(codes_of(compile_with(of(columns + ", more int", row + ", 1"))), "R0109 ");
}

TEST(Tables, RealReferenceTablesAreRead) {
  const Compiled regions = compile_with(
      "table regions from \"t.csv\" key code\n"
      "  { code region, name text, level int, parent region optional }",
      read(kData + "ref_cn/gbt2260_current.csv"));
  ASSERT_EQ(codes_of(regions), "");
  const Value* name = regions.program->tables[0].find(Value::of_text("330106"), 1);
  ASSERT_NE(name, nullptr);
  EXPECT_EQ(name->text(), "西湖区");
  const Compiled industries = compile_with(
      "table industries from \"t.csv\" key code\n"
      "  { code text, level int, section industry, name text }",
      read(kData + "ref_cn/gbt4754_2017.csv"));
  ASSERT_EQ(codes_of(industries), "");
  EXPECT_EQ(industries.program->tables[0].find(Value::of_text("1351"), 2)->text(), "C");
}

TEST(Codes, PartsOfRegionsAgreeWithTheirParents) {
  size_t checked = 0;
  for (const auto& row : rows_of(read(kData + "ref_cn/gbt2260_current.csv"))) {
    if (row[0] == "code") continue;
    ASSERT_TRUE(is_region(row[0])) << row[0];
    const std::string province(tocsin::province(Value::of_text(row[0])).text());
    const std::string city(tocsin::city(Value::of_text(row[0])).text());
    // Counties directly under a province have no prefecture above them.
    const bool direct = row[3].ends_with("0000");
    if (!row[3].empty()) {
      EXPECT_EQ(row[3], direct ? province + "0000" : city + "00") << row[0];
    }
    ++checked;
  }
  EXPECT_EQ(checked, 3217u);
}

TEST(Codes, PartsOfIndustriesAgreeWithTheStandard) {
  size_t checked = 0;
  for (const auto& row : rows_of(read(kData + "ref_cn/gbt4754_2017.csv"))) {
    if (row[0] == "code") continue;
    const std::string code = row[1] == "1" ? row[0] : row[2] + row[0];
    ASSERT_TRUE(is_industry(code)) << code;
    const Value division = tocsin::division(Value::of_text(code));
    EXPECT_EQ(tocsin::section(Value::of_text(code)).text(), row[2]);
    EXPECT_EQ(division.is_missing(), row[1] == "1") << code;
    if (row[1] != "1") {
      EXPECT_EQ(division.text(), row[2] + row[0].substr(0, 2));
    }
    ++checked;
  }
  EXPECT_EQ(checked, 1971u);
  for (const char* wrong : {"", "c", "1", "C1", "C13511", "C1a", "CC"}) {
    EXPECT_FALSE(is_industry(wrong)) << wrong;
  }
}

TEST(Codes, TheCheckOfCreditCodesAgreesWithThatOfOthers) {
  size_t valid = 0, invalid = 0;
  for (const auto& row : rows_of(read(kData + "uscc_vectors/uscc_vectors.csv"))) {
    if (row[0] == "code") continue;
    const bool expected = row[1] != "invalid";
    EXPECT_EQ(is_uscc(row[0]), expected) << row[0];
    ++(expected ? valid : invalid);
  }
  EXPECT_EQ(valid, 215u);
  EXPECT_EQ(invalid, 10u);
  EXPECT_FALSE(is_uscc(""));
  EXPECT_FALSE(is_uscc("91350100m000100y43"));
  EXPECT_FALSE(is_uscc("91350100M000100Y431"));
}

}  // namespace
}  // namespace tocsin::dsl
