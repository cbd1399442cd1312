// Declarations as canonical text: policy, records, profile, lets, rules, tests, clauses in one
// order.
#include "rules-dsl/syntax/printer.h"

#include <fmt/format.h>

#include "rules-dsl/syntax/printer_impl.h"
#include "rules-dsl/value/calendar.h"
#include "rules-dsl/value/draw.h"

namespace tocsin::dsl {
namespace {

std::string title_of(const std::string& title) { return title.empty() ? "" : ' ' + quote(title); }

// One line a year. A calendar that was not read yet goes by its file's name.
std::string print_workdays(const std::optional<WorkdaysDecl>& decl) {
  if (!decl) return "";
  if (decl->days.empty()) return fmt::format("  workdays {}\n", quote(decl->file));
  std::string result;
  for (size_t at = 0; at < decl->days.size();) {
    const int64_t day = decl->first_day + static_cast<int64_t>(at);
    const int year = Calendar::civil_of_day(day).year;
    const std::string date = Calendar::format_date(day);
    const int64_t new_year = Calendar::parse_date(fmt::format("{:04}-01-01", year + 1))
                                 .value_or(day + static_cast<int64_t>(decl->days.size()));
    const auto count = static_cast<size_t>(new_year - day);
    result +=
        fmt::format("  workdays {} \"{}\"\n", date.ends_with("-01-01") ? date.substr(0, 4) : date,
                    std::string_view(decl->days).substr(at, count));
    at += count;
  }
  return result;
}

std::string print_head(const Policy& policy) {
  std::string levels;
  for (const Identifier& level : policy.levels) {
    levels += (levels.empty() ? "" : " < ") + level.text;
  }
  const char* subject = policy.subject == SubjectKind::kAny    ? ""
                        : policy.subject == SubjectKind::kUscc ? "  subject uscc\n"
                                                               : "  subject uscc strict\n";
  return fmt::format("policy {} {{\n  timezone {}\n  levels {}\n{}{}}}\n", quote(policy.name),
                     quote(policy.timezone), levels, subject, print_workdays(policy.workdays));
}

std::string print_profile(const Profile& profile) {
  if (profile.clauses.empty()) return "";
  std::string result = "\nprofile {\n";
  for (const ProfileClause& clause : profile.clauses) {
    const char* separator = "  ";
    for (const Identifier& field : clause.fields) {
      result += separator + field.text;
      separator = ", ";
    }
    result += fmt::format(" from {}\n", clause.record.text);
  }
  return result + "}\n";
}

std::string print_link(const LinkDecl& link) {
  std::string result = fmt::format("\nlink {} {{\n", link.name.text);
  for (const LinkEdge& edge : link.edges) {
    result += "  " + edge.record.text;
    if (edge.where) result += " where " + print(*edge.where);
    result += fmt::format(": {} -- {}\n", edge.ends[0].name.text, edge.ends[1].name.text);
  }
  return result + "}\n";
}

std::string print_field(const FieldDecl& field) {
  std::string result = fmt::format("  {} {}", field.name.text, print(field.type));
  if (field.type.is_private) result += " private";
  if (field.optional) result += " optional";
  if (field.from != field.name.text) result += " from " + quote(field.from);
  if (!field.format.empty()) result += " format " + quote(field.format);
  return result + '\n';
}

std::string print_mappings(const RecordDecl& record) {
  std::string result;
  if (record.id_from != std::vector<std::string>{"id"}) {
    const char* separator = "  id from ";
    for (const std::string& column : record.id_from) {
      result += separator + quote(column);
      separator = ", ";
    }
    result += '\n';
  }
  if (record.subject_from != "subject") {
    result += fmt::format("  subject from {}\n", quote(record.subject_from));
  }
  if (record.time_from != "time" || !record.time_format.empty()) {
    result += "  time from " + quote(record.time_from);
    if (!record.time_format.empty()) result += " format " + quote(record.time_format);
    result += '\n';
  }
  if (!record.time_always.empty()) {
    result += fmt::format("  time always {}\n", quote(record.time_always));
  }
  return result;
}

// ---------------------------------------------------------------- rules

std::string print_step(const char* opening, const Step& step, const Expr* before) {
  std::string result = fmt::format("  {} {}{} {}", opening, step.record.text,
                                   step.overdue ? " overdue" : "", step.alias.text);
  if (step.within) result += " within " + print(*step.within);
  if (before != nullptr) result += " before " + print(*before);
  if (step.where) result += " where " + print(*step.where);
  return result + '\n';
}

// A bare name could be read together with what follows it.
std::string print_end(const std::optional<Duration>& after, const Expr* at) {
  if (after) return print(*after);
  return std::holds_alternative<Name>(at->node) ? '(' + print(*at) + ')' : print(*at);
}

std::string print_until(const Until& until) {
  if (!until.record) return fmt::format("  until {}\n", print_end(until.after, until.at.get()));
  return print_step("until", *until.record, nullptr);
}

std::string print_trigger(const RuleDecl& rule) {
  if (rule.condition) return fmt::format("  while {}\n", print(*rule.condition));
  std::string result;
  for (size_t i = 0; i < rule.steps.size(); ++i) {
    const char* opening = i > 0 ? "then" : rule.each ? "on each" : "on";
    result += print_step(opening, rule.steps[i], nullptr);
  }
  if (rule.absence) {
    result += print_step("then no", rule.absence->step, rule.absence->before.get());
  }
  return result;
}

std::string print_levels(const std::vector<LevelChoice>& levels) {
  std::string result;
  for (const LevelChoice& choice : levels) {
    result += (result.empty() ? "  level " : ", ") + choice.level.text;
    if (choice.when) {
      result += " when " + print(*choice.when);
    } else if (levels.size() > 1) {
      result += " otherwise";
    }
  }
  return result + '\n';
}

std::string print_once(const OncePer& once) {
  return fmt::format("  once per {}\n", once.span ? print(*once.span) : print(*once.value));
}

std::string print_by(const std::vector<Identifier>& by) {
  std::string parts;
  for (const Identifier& part : by) parts += (parts.empty() ? "" : ", ") + part.text;
  return by.size() == 1 ? fmt::format("  by {}\n", parts) : fmt::format("  by ({})\n", parts);
}

std::string print_with(const std::vector<WithValue>& values) {
  std::string result = "  with";
  const char* separator = " ";
  for (const WithValue& value : values) {
    result += fmt::format("{}{} = {}", separator, value.name.text, print(*value.value));
    separator = ", ";
  }
  return result + '\n';
}

std::string print_text_clause(const char* word, const std::string& text) {
  return text.empty() ? "" : fmt::format("  {} {}\n", word, quote(text));
}

// ---------------------------------------------------------------- scores

std::string print_points(DecimalLiteral points) {
  std::string text = print_literal(points);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

std::string print_item(const ScoreItem& item) {
  const std::string add = "  add " + print_points(item.points);
  if (item.condition) return fmt::format("{} while {}\n", add, print(*item.condition));
  const std::string count = print(*item.per);  // count(RECORD …)
  const size_t opening = count.find('(');
  std::string result =
      fmt::format("{} per {}", add, count.substr(opening + 1, count.size() - opening - 2));
  if (item.at_most) result += " at most " + print_points(*item.at_most);
  return result + '\n';
}

std::string print_thresholds(const std::vector<Threshold>& thresholds) {
  std::string result;
  for (const Threshold& threshold : thresholds) {
    result += (result.empty() ? "  grade " : ", ") + threshold.grade.text;
    result += threshold.from ? " from " + print_points(*threshold.from) : " otherwise";
  }
  return result + '\n';
}

std::string print_rates(const SampleDecl& sample) {
  if (!sample.score) return fmt::format("  rate {}\n", rate_text(sample.rates.front().rate));
  std::string result = fmt::format("  rate by {}.grade", sample.score->text);
  const char* separator = " { ";
  for (const SampleRate& rate : sample.rates) {
    result += fmt::format("{}{} {}", separator, rate.grade.text, rate_text(rate.rate));
    separator = ", ";
  }
  return result + " }\n";
}

// ---------------------------------------------------------------- tests

std::string print_value(const TestValue& value) {
  const auto* word = std::get_if<Identifier>(&value.value);
  return fmt::format("{} {}", value.field.text,
                     word ? word->text : print_literal(std::get<LiteralValue>(value.value)));
}

std::string print_event(const TestRecord& record) {
  std::string result =
      fmt::format("  {} {} {}", record.time.text, record.type.text, quote(record.subject));
  const char* separator = " { ";
  for (const TestValue& value : record.values) {
    result += separator + print_value(value);
    separator = ", ";
  }
  return result + (record.values.empty() ? "\n" : " }\n");
}

std::string print_event(const TestClock& clock) {
  return fmt::format("  clock {}\n", clock.time.text);
}

std::string print_expectation(const Expectation& expectation) {
  std::string result =
      fmt::format("  expect {}{}", expectation.none ? "no " : "", expectation.rule.text);
  if (expectation.subject) result += " for " + quote(expectation.subject->text);
  if (expectation.at) result += " at " + expectation.at->text;
  if (expectation.level) result += " level " + expectation.level->text;
  if (expectation.until) result += " until " + expectation.until->text;
  if (expectation.open) result += " open";
  if (expectation.times) result += fmt::format(" {} times", *expectation.times);
  return result + '\n';
}

}  // namespace

// With its rows; a table that was not read yet goes by its file's name.
std::string print_table(const TableDecl& table) {
  const bool by_name = !table.file.empty() && !table.read;
  std::string result =
      fmt::format("\ntable {} {}key {} {{\n", table.name.text,
                  by_name ? fmt::format("from {} ", quote(table.file)) : "", table.key.text);
  for (const FieldDecl& column : table.columns) {
    FieldDecl written = column;
    if (!by_name) written.from = column.name.text;  // the rows stand in the columns' order
    result += print_field(written);
  }
  if (by_name) return result + "}\n";
  result += "} rows {\n";
  for (const std::vector<std::string>& row : table.rows) {
    const char* separator = "  ";
    for (const std::string& cell : row) {
      result += separator + quote(cell);
      separator = ", ";
    }
    result += ";\n";
  }
  return result + "}\n";
}

std::string print_record(const RecordDecl& record) {
  std::string result = fmt::format("\nrecord {}{} {{\n{}", record.name.text, title_of(record.title),
                                   print_mappings(record));
  for (const FieldDecl& field : record.fields) result += print_field(field);
  for (const Until& until : record.untils) result += print_until(until);
  if (record.due) {
    result += fmt::format("  due {}\n", print_end(record.due->after, record.due->at.get()));
  }
  return result + "}\n";
}

std::string print_rule(const RuleDecl& rule) {
  std::string result = fmt::format("\nrule {}{} {{\n", rule.name.text, title_of(rule.title));
  if (!rule.by.empty()) result += print_by(rule.by);
  result += print_trigger(rule);
  if (rule.once) result += print_once(*rule.once);
  for (const Until& until : rule.untils) result += print_until(until);
  result += print_levels(rule.levels);
  if (rule.for_subject) result += fmt::format("  for {}\n", print(*rule.for_subject));
  if (!rule.with.empty()) result += print_with(rule.with);
  if (rule.say) result += fmt::format("  say {}\n", print_message(*rule.say));
  result += print_text_clause("because", rule.because);
  result += print_text_clause("suggest", rule.suggest);
  result += print_text_clause("assign", rule.assign);
  return result + "}\n";
}

std::string print_score(const ScoreDecl& score) {
  std::string result = fmt::format("\nscore {}{} {{\n  start {}\n", score.name.text,
                                   title_of(score.title), print_points(score.start));
  for (const ScoreItem& item : score.items) result += print_item(item);
  if (score.keep) {
    result += fmt::format("  keep between {} and {}\n", print_points(score.keep->low),
                          print_points(score.keep->high));
  }
  if (!score.thresholds.empty()) result += print_thresholds(score.thresholds);
  for (const GradeCap& cap : score.caps) {
    result += fmt::format("  grade at best {} while {}\n", cap.grade.text, print(*cap.condition));
  }
  return result + "}\n";
}

std::string print_sample(const SampleDecl& sample) {
  std::string result = fmt::format("\nsample {}{} {{\n  every {}\n", sample.name.text,
                                   title_of(sample.title), print(sample.every));
  if (sample.where) result += fmt::format("  where {}\n", print(*sample.where));
  return result + print_rates(sample) + fmt::format("  seed {}\n}}\n", quote(sample.seed));
}

std::string print_test(const TestDecl& test) {
  std::string result = fmt::format("\ntest {} {{\n", quote(test.title));
  for (const auto& event : test.events) {
    result += std::visit([](const auto& e) { return print_event(e); }, event);
  }
  for (const Expectation& e : test.expectations) result += print_expectation(e);
  return result + "}\n";
}

std::string print(const Policy& policy, PrintTests tests) {
  std::string result = print_head(policy);
  for (const RecordDecl& record : policy.records) {
    if (record.origin == Origin::kDeclared) result += print_record(record);
  }
  result += print_profile(policy.profile);
  for (const LinkDecl& link : policy.links) result += print_link(link);
  for (const TableDecl& table : policy.tables) result += print_table(table);
  if (!policy.lets.empty()) result += '\n';
  for (const LetDecl& let : policy.lets) {
    result += fmt::format("let {} = {}\n", let.name.text, print(*let.value));
  }
  for (const ScoreDecl& score : policy.scores) result += print_score(score);
  if (!policy.publishes.empty()) result += '\n';
  for (const PublishDecl& publish : policy.publishes) {
    result += fmt::format("publish {} every {}\n", publish.score.text, print(publish.every));
  }
  for (const SampleDecl& sample : policy.samples) result += print_sample(sample);
  for (const RuleDecl& rule : policy.rules) result += print_rule(rule);
  if (tests == PrintTests::kNo) return result;
  for (const TestDecl& test : policy.tests) result += print_test(test);
  return result;
}

}  // namespace tocsin::dsl
