// `tocsin fmt`: layouts one by one, then over every policy that there is: the tree stays, the
// comments stay, and a second time changes nothing.
#include "rules-dsl/syntax/formatter.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "rules-dsl/syntax/parser.h"
#include "rules-dsl/syntax/printer.h"
#include "tests/support/generators.h"
#include "tests/support/property_check.h"

namespace tocsin::dsl {
namespace {

namespace fs = std::filesystem;

struct Formatted {
  std::string mistakes;
  std::string tree;  // canonical text
  std::string text;
};

Formatted formatted(const std::string& text) {
  SourceSet sources;
  sources.add("a.rules", text);
  Diagnostics diagnostics;
  Layout layout;
  Formatted result;
  const Policy policy = parse(sources, diagnostics, &layout);
  for (const Diagnostic& d : diagnostics.sorted()) result.mistakes += render_text(d, sources);
  if (!result.mistakes.empty()) return result;
  result.tree = print(policy);
  result.text = format(sources, 0, layout[0]);
  return result;
}

std::string layout_of(const std::string& text) {
  const Formatted result = formatted(text);
  EXPECT_EQ(result.mistakes, "") << text;
  EXPECT_EQ(formatted(result.text).text, result.text) << "not the same the second time";
  EXPECT_EQ(formatted(result.text).tree, result.tree);
  return result.text;
}

// Comments, in order. Texts hold no `//` in what is read here but for URLs, which are no comments.
std::vector<std::string> comments_of(const std::string& text) {
  std::vector<std::string> found;
  bool in_text = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (in_text && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      in_text = !in_text;
    } else if (!in_text && text.compare(i, 2, "//") == 0) {
      std::string comment = text.substr(i, text.find('\n', i) - i);
      while (comment.ends_with(' ') || comment.ends_with('\r')) comment.pop_back();
      found.push_back(comment);
      i += std::min(text.find('\n', i), text.size()) - i - 1;
    }
  }
  return found;
}

TEST(Formatter, EachItemStandsOnALineAndValuesInAColumn) {
  EXPECT_EQ(layout_of(R"(policy "a"{timezone "UTC" levels low<high}
record penalty "Fine" { severity one of minor<serious amount decimal   optional, due date }
let many=count( penalty where severity>=serious and amount>-1 over 1y )>=3
let few = not many
rule r "R" { while many and (few or many) level high when many,low otherwise say "{many}" }
rule s { on penalty p then no penalty q within 1y where q.amount-1==p.amount level low }
)"),
            R"(policy "a" {
  timezone "UTC"
  levels   low < high
}

record penalty "Fine" {
  severity one of minor < serious
  amount   decimal optional
  due      date
}

let many = count(penalty where severity >= serious and amount > -1 over 1y) >= 3
let few  = not many

rule r "R" {
  while many and (few or many)
  level high when many, low otherwise
  say   "{many}"
}

rule s {
  on      penalty p
  then no penalty q within 1y where q.amount - 1 == p.amount
  level   low
}
)");
}

TEST(Formatter, CommentsStayWhereTheyAre) {
  EXPECT_EQ(layout_of(R"(// the whole file


// and its first record
record a { // of a
    // a field
  n int,// the number
  m int // another
  , k text

  // parted

  long_name_of_a_field bool // last
  // before the end
} // behind it
let x = n // why
  + 1
// at the end of the file
)"),
            R"(// the whole file

// and its first record
record a {  // of a
  // a field
  n int  // the number
  m int  // another
  k text

  // parted

  long_name_of_a_field bool  // last
  // before the end
}  // behind it

let x = n  // why
    + 1
// at the end of the file
)");
}

TEST(Formatter, LongLinesBreakBeforeOrAndAndWhere) {
  const std::string a = "count(penalty where severity >= serious over 1y) >= 3";
  EXPECT_EQ(layout_of("rule r { while " + a + " and " + a + " or " + a + " level red }"),
            "rule r {\n  while " + a + "\n          and " + a + "\n        or " + a +
                "\n  level red\n}\n");
  EXPECT_EQ(layout_of("let x = " + a + " and " + a + " and " + a),
            "let x = " + a + "\n    and " + a + "\n    and " + a + "\n");
}

TEST(Formatter, EmptyLinesGroupAndMoreThanOneIsOne) {
  EXPECT_EQ(layout_of("record a {\n\n\nn int\n\n\n\nm int\n\n}\n\n\n\nlet x = 1\n\n\nlet yy = 2\n"),
            "record a {\n  n int\n\n  m int\n}\n\nlet x = 1\n\nlet yy = 2\n");
  EXPECT_EQ(layout_of(""), "");
  EXPECT_EQ(layout_of("// alone"), "// alone\n");
  EXPECT_EQ(layout_of("record empty {}"), "record empty {\n}\n");
}

TEST(Formatter, ListsFillTheirLines) {
  const std::string many = "\"aaaaaaaaaaaaaaaaaaaaaaaaa\", \"bbbbbbbbbbbbbbbbbbbbbbbbbbbb\"";
  EXPECT_EQ(layout_of("rule r { on p q where q.k in {" + many + ", \"c\", \"d\"} level red }"),
            "rule r {\n  on    p q where q.k in {" + many + ", \"c\", \"d\"}\n  level red\n}\n");
  EXPECT_EQ(layout_of("rule r { on p q where q.k in {" + many + ", " + many + "} level red }"),
            "rule r {\n  on    p q\n        where q.k in {" + many +
                ",\n          \"aaaaaaaaaaaaaaaaaaaaaaaaa\", \"bbbbbbbbbbbbbbbbbbbbbbbbbbbb\"}\n"
                "  level red\n}\n");
}

TEST(Formatter, WhatIsNotBrokenAndNotInTheColumn) {
  const std::string record =
      "2025-01-10 penalty \"A\" { note \"" + std::string(90, 'x') + "\", kind \"fine\", amount 5 }";
  EXPECT_EQ(layout_of("test \"t\" { " + record + " expect r }"),
            "test \"t\" {\n  " + record + "\n  expect r\n}\n");
  EXPECT_EQ(layout_of("rule r { on penalty p once per 365d level red }"),
            "rule r {\n  on    penalty p\n  once per 365d\n  level red\n}\n");
}

TEST(Formatter, TestsAndSignsAndBraces) {
  EXPECT_EQ(layout_of(R"(test "t" { 2025-01-10 penalty "A"{amount -5, kind fine} clock 2026-01-01
expect  no r for "A" 2 times }
let a = - 1 - -2 * (3 - x) + count(p where k in{ 1,-2 })
)"),
            R"(test "t" {
  2025-01-10 penalty "A" { amount -5, kind fine }
  clock 2026-01-01
  expect no r for "A" 2 times
}

let a = -1 - -2 * (3 - x) + count(p where k in {1, -2})
)");
}

// ---------------------------------------------------------------- every policy that there is

void expect_kept(const std::string& text, const std::string& what) {
  SCOPED_TRACE(what);
  const Formatted once = formatted(text);
  if (!once.mistakes.empty()) return;
  const Formatted twice = formatted(once.text);
  EXPECT_EQ(twice.mistakes, "") << once.text;
  EXPECT_EQ(twice.tree, once.tree);
  EXPECT_EQ(twice.text, once.text);
  EXPECT_EQ(comments_of(once.text), comments_of(text));
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Formatter, KeepsTreeAndCommentsOfExamplesAndGallery) {
  size_t files = 0;
  for (const char* folder : {"examples", "tests/rules-dsl/diagnostics", "tests/fuzz/corpus"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(TOCSIN_SOURCE_DIR) / folder)) {
      if (entry.path().extension() != ".rules") continue;
      expect_kept(read(entry.path()), entry.path().string());
      ++files;
    }
  }
  EXPECT_GE(files, 30u);
}

TEST(Formatter, KeepsTreeAndCommentsOfTheHandbook) {
  const std::string handbook = read(fs::path(TOCSIN_SOURCE_DIR) / "rules-dsl/README.md");
  size_t blocks = 0;
  for (size_t at = handbook.find("```\n"); at != std::string::npos;) {
    const size_t end = handbook.find("```", at + 4);
    expect_kept(handbook.substr(at + 4, end - at - 4), "block " + std::to_string(++blocks));
    at = handbook.find("```\n", handbook.find('\n', end));
  }
  EXPECT_GE(blocks, 5u);
}

// Space where there was other space: tokens of canonical text stay tokens.
std::string with_other_space(const std::string& text, const std::vector<int>& choices) {
  std::string result;
  bool in_text = false;
  size_t next = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"' && (i == 0 || text[i - 1] != '\\')) in_text = !in_text;
    if (in_text || text[i] != ' ' || choices.empty()) {
      result += text[i];
      continue;
    }
    switch (choices[next++ % choices.size()] % 6) {
      case 0:
        result += "   ";
        break;
      case 1:
        result += "\t ";
        break;
      case 2:
        result += "  // why \"so\" // and so\n";
        break;
      case 3:
        result += "\n\n\n// on its own\r\n ";
        break;
      default:
        result += ' ';
    }
  }
  return result;
}

TEST(FormatterProperty, TreeAndCommentsStay) {
  testing::check_property("formatting keeps trees and comments", "200",
                          [](const testing::CaseSpec& spec, const std::vector<int>& choices) {
                            const std::string policy = testing::build_case(spec).policy_text;
                            std::vector<int> positive;
                            for (const int choice : choices) positive.push_back(choice & 0xff);
                            const std::string text =
                                with_other_space(formatted(policy).tree, positive);
                            const Formatted once = formatted(text);
                            if (!once.mistakes.empty())
                              return;  // some words mean something else at a line's beginning
                            const Formatted twice = formatted(once.text);
                            RC_LOG() << text << "\n----\n" << once.text;
                            RC_ASSERT(twice.mistakes == "");
                            RC_ASSERT(twice.tree == once.tree);
                            RC_ASSERT(twice.text == once.text);
                            RC_ASSERT(comments_of(once.text) == comments_of(text));
                          });
}

TEST(FormatterProperty, OneLayoutForAllSpacings) {
  testing::check_property(
      "spacing does not matter", "200",
      [](const testing::CaseSpec& spec, const std::vector<int>& choices) {
        const Formatted plain = formatted(testing::build_case(spec).policy_text);
        std::vector<int> only_space;
        for (const int choice : choices) only_space.push_back(choice & 1);
        const Formatted spaced = formatted(with_other_space(plain.text, only_space));
        RC_LOG() << plain.text << "\n----\n" << spaced.text;
        RC_ASSERT(spaced.text == plain.text);
      });
}

}  // namespace
}  // namespace tocsin::dsl
