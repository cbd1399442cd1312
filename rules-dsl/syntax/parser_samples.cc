// publish SCORE every 1mo, and sample: who is looked at, drawn by lot.
#include <fmt/format.h>

#include <algorithm>

#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/parser_impl.h"
#include "rules-dsl/value/draw.h"

namespace tocsin::dsl {
namespace {

constexpr int64_t kPlacesOfPercent = 10'000;
constexpr const char* kRateHelp =
    "write rate by credit.grade { A 1%, B 5%, C 100% }, or rate 5% for all";

const std::vector<std::string>& sample_words() {
  static const std::vector<std::string> words = {"every", "where", "rate", "seed"};
  return words;
}

}  // namespace

void Parser::publish_declaration() {
  take();
  const std::string help = "write publish credit every 1mo";
  PublishDecl publish;
  publish.score = expect_identifier("a score's name after `publish`", help);
  if (!accept_word("every")) fail_expected("`every` and a period", help);
  publish.every = period();
  policy_.publishes.push_back(std::move(publish));
}

// Behind `every`: whole days, weeks, months or years.
Duration Parser::period() {
  const Span begin = peek().span;
  const Duration every = duration("every");
  if (every.unit < DurationUnit::kDay || every.is_workdays()) {
    report(kBadPeriod, span_from(begin), "a period is a number of days, weeks, months or years",
           "write every 1mo, 1w or 1d");
  }
  return every;
}

void Parser::sample_declaration() {
  take();
  SampleDecl sample;
  std::vector<std::string> seen;
  sample.name = declared_name("the sample's name", "write sample monthly \"Monthly\" { … }");
  sample.title = optional_text();
  const bool complete = block({.owner = fmt::format("sample `{}`", sample.name.text),
                               .item = [&] { sample_item(sample, seen); },
                               .boundary = &Parser::sample_boundary});
  for (const char* word : {"every", "rate", "seed"}) {
    if (!complete || std::find(seen.begin(), seen.end(), word) != seen.end()) continue;
    report(kMissingClause, sample.name.span,
           fmt::format("sample `{}` has no `{}`", sample.name.text, word),
           word == std::string_view("every")  ? "say how often it is drawn: every 1mo"
           : word == std::string_view("rate") ? kRateHelp
                                              : "write seed \"…\": what was agreed in public");
  }
  policy_.samples.push_back(std::move(sample));
}

void Parser::sample_item(SampleDecl& sample, std::vector<std::string>& seen) {
  if (!at_any_word({"every", "where", "rate", "seed"})) {
    if (peek().mistaken) throw Abandon{};
    const std::string nearest = nearest_name(peek().text, sample_words());
    fail(kUnknownClause, peek().span,
         fmt::format("{} begins no line of a sample", describe(peek())),
         nearest.empty() ? "a sample consists of every, where, rate and seed"
                         : fmt::format("did you mean `{}`?", nearest));
  }
  const Token& word = take();
  once(seen, word, fmt::format("sample `{}`", sample.name.text));
  if (word.text == "every") {
    sample.every = period();
  } else if (word.text == "where") {
    sample.where = expression();
  } else if (word.text == "rate") {
    rates(sample);
  } else {
    sample.seed = expect_text("the seed", "write seed \"drawn in public on 2026-11-01\"");
  }
}

// N% | by SCORE.grade { A N%, … }, behind `rate`
void Parser::rates(SampleDecl& sample) {
  sample.rates.clear();  // a second `rate` was reported
  if (!accept_word("by")) {
    sample.rates.push_back({{}, -1, percent()});
    return;
  }
  sample.score = expect_identifier("a score's name after `rate by`", kRateHelp);
  expect_symbol(".", "and `grade` after the score's name", kRateHelp);
  if (!accept_word("grade")) fail_expected("`grade`", kRateHelp);
  block({.owner = "the rates",
         .item =
             [&] {
               SampleRate rate;
               rate.grade = expect_identifier("a grade", kRateHelp);
               rate.rate = percent();
               sample.rates.push_back(std::move(rate));
             },
         .boundary = &Parser::value_boundary,
         .commas = true});
}

int64_t Parser::percent() {
  const Span begin = peek().span;
  if (!at(TokenKind::kNumber)) fail_expected("a rate such as 5%", kRateHelp);
  const LiteralValue& number = take().number;
  const auto* whole = std::get_if<int64_t>(&number);
  const auto* decimal = std::get_if<DecimalLiteral>(&number);
  if (!accept_symbol("%")) fail_expected("`%` after the number", kRateHelp);
  int64_t rate = decimal == nullptr ? -1 : decimal->scaled;
  if (whole != nullptr && *whole <= 100) rate = *whole * kPlacesOfPercent;
  if (rate < 0 || rate > kWholeRate) {
    report(kBadNumber, span_from(begin), "a rate is at most 100%, with at most 4 places",
           kRateHelp);
    return 0;
  }
  return rate;
}

bool Parser::sample_boundary(size_t index, bool) const {
  const Token& first = token(index);
  return first.first_on_line && first.kind == TokenKind::kIdentifier &&
         std::find(sample_words().begin(), sample_words().end(), first.text) !=
             sample_words().end();
}

}  // namespace tocsin::dsl
