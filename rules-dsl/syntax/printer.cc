// Declarations as canonical text: policy, records, profile, lets, rules, tests, clauses in one
// order.
#include "rules-dsl/syntax/printer.h"

#include <fmt/format.h>

#include "rules-dsl/syntax/printer_impl.h"

namespace tocsin::dsl {
namespace {

std::string title_of(const std::string& title) { return title.empty() ? "" : ' ' + quote(title); }

std::string print_head(const Policy& policy) {
  std::string levels;
  for (const Identifier& level : policy.levels) {
    levels += (levels.empty() ? "" : " < ") + level.text;
  }
  return fmt::format("policy {} {{\n  timezone {}\n  levels {}\n}}\n", quote(policy.name),
                     quote(policy.timezone), levels);
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

std::string print_field(const FieldDecl& field) {
  std::string result = fmt::format("  {} {}", field.name.text, print(field.type));
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
  return result;
}

// ---------------------------------------------------------------- rules

std::string print_step(const char* opening, const Step& step, const Expr* before) {
  std::string result = fmt::format("  {} {} {}", opening, step.record.text, step.alias.text);
  if (step.within) result += " within " + print(*step.within);
  if (before != nullptr) result += " before " + print(*before);
  if (step.where) result += " where " + print(*step.where);
  return result + '\n';
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

std::string print_record(const RecordDecl& record) {
  std::string result = fmt::format("\nrecord {}{} {{\n{}", record.name.text, title_of(record.title),
                                   print_mappings(record));
  for (const FieldDecl& field : record.fields) result += print_field(field);
  return result + "}\n";
}

std::string print_rule(const RuleDecl& rule) {
  std::string result = fmt::format("\nrule {}{} {{\n", rule.name.text, title_of(rule.title));
  if (!rule.by.empty()) result += print_by(rule.by);
  result += print_trigger(rule);
  if (rule.once) result += print_once(*rule.once);
  result += print_levels(rule.levels);
  if (rule.for_subject) result += fmt::format("  for {}\n", print(*rule.for_subject));
  if (!rule.with.empty()) result += print_with(rule.with);
  if (rule.say) result += fmt::format("  say {}\n", print_message(*rule.say));
  result += print_text_clause("because", rule.because);
  result += print_text_clause("suggest", rule.suggest);
  result += print_text_clause("assign", rule.assign);
  return result + "}\n";
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
  if (!policy.lets.empty()) result += '\n';
  for (const LetDecl& let : policy.lets) {
    result += fmt::format("let {} = {}\n", let.name.text, print(*let.value));
  }
  for (const RuleDecl& rule : policy.rules) result += print_rule(rule);
  if (tests == PrintTests::kNo) return result;
  for (const TestDecl& test : policy.tests) result += print_test(test);
  return result;
}

}  // namespace tocsin::dsl
