#include "tests/support/rule_writer.h"

#include <algorithm>

namespace tocsin::testing {
namespace {

class RuleWriter {
 public:
  RuleWriter(const Schema& schema, const std::vector<LetName>& lets, Choices& choices)
      : schema_(schema), choices_(choices), writer_(schema, choices) {
    scope_.lets = lets;
  }

  WrittenRule write(const std::string& name) {
    warnings_ = {name, {derived_field("level", FieldKind::kLevel)}};
    const bool is_pattern = choices_.one_in(2);
    std::string text = "rule " + name + " {\n" + by();
    if (is_pattern) {
      text += pattern();
    } else {
      text += "  while " + writer_.condition(scope_, 2) + "\n";
    }
    text += levels();
    text += describe();
    text += with();
    return {text + "}\n", warnings_};
  }

 private:
  std::string by() {
    const size_t parts = choices_.of<size_t>({0, 0, 0, 1, 1, 2});
    std::string text;
    for (size_t i = 0; i < parts; ++i) {
      const ProfileName part = key_part();
      if (text.find(part.name) != std::string::npos) continue;
      text += (i == 0 ? "" : ", ") + part.name;
      scope_.by.push_back(part);
      warnings_.fields.push_back(derived_field(part.name, part.kind));
    }
    for (size_t i = 0; i < schema_.records.size(); ++i) {
      if (schema_.has_keys(i, scope_.by)) records_.push_back(i);
    }
    if (scope_.by.empty()) return "";
    return scope_.by.size() == 1 ? "  by " + text + "\n" : "  by (" + text + ")\n";
  }

  // Often one of the profile, which not every type has itself.
  ProfileName key_part() {
    if (!schema_.profile.empty() && choices_.one_in(2)) return choices_.of(schema_.profile);
    return choices_.of<ProfileName>({{"note", FieldKind::kText},
                                     {"grade", FieldKind::kOrdered},
                                     {"place", FieldKind::kRegion},
                                     {"n", FieldKind::kInt},
                                     {"amount", FieldKind::kDecimal},
                                     {"ok", FieldKind::kBool},
                                     {"colour", FieldKind::kPlain},
                                     {"due", FieldKind::kDate},
                                     {"branch", FieldKind::kIndustry},
                                     {"stop", FieldKind::kTime},
                                     {"ratio", FieldKind::kFloat}});
  }

  std::string pattern() {
    std::string text = choices_.one_in(3) ? "  on each" : "  on";
    const size_t steps = 1 + choices_.among(3);
    for (size_t i = 0; i < steps; ++i) {
      if (i > 0) text += "  then";
      text += step(std::string(1, static_cast<char>('a' + i)), i == 0);
      if (i > 0) text += " within " + span();
      if (choices_.one_in(steps + 1)) text += where();
      text += "\n";
    }
    if (choices_.one_in(3)) text += absence();
    if (choices_.one_in(3)) text += once();
    if (choices_.one_in(4)) text += end();
    if (choices_.one_in(8)) text += end();
    return text;
  }

  std::string step(const std::string& alias, bool first = false) {
    const size_t record = choices_.of(records_);
    scope_.bound.push_back({alias, record});
    const SchemaRecord& type = schema_.records[record];
    const bool may_be_due = first && type.has_deadline;
    const bool overdue = may_be_due && choices_.one_in(4);
    return " " + type.name + (overdue ? " overdue " : " ") + alias;
  }

  // `until` of the rule.
  std::string end() {
    switch (choices_.among(3)) {
      case 0: {
        std::string text = "  until" + step("y");
        if (choices_.one_in(2)) {
          WriterScope fixed = fixed_scope();
          const auto joined = choices_.one_in(2) ? writer_.join(fixed) : std::nullopt;
          text += " where " + (joined ? *joined : writer_.condition(fixed, 1));
        }
        scope_.bound.pop_back();
        return text + "\n";
      }
      case 1:
        return "  until " + span() + "\n";
      default: {
        const auto end = writer_.atom(fixed_scope(), FieldKind::kTime);
        return end ? "  until " + *end + "\n" : "";
      }
    }
  }

  // What the bound records alone decide.
  WriterScope fixed_scope() const {
    WriterScope fixed = scope_;
    fixed.aggregates = false;
    fixed.key = false;
    fixed.lets.clear();
    return fixed;
  }

  // Patterns need room to complete.
  std::string span() { return choices_.one_in(2) ? writer_.duration() : "2mo"; }

  std::string where() {
    const auto joined = choices_.one_in(2) ? writer_.join(scope_) : std::nullopt;
    return " where " + (joined ? *joined : writer_.condition(scope_, 1));
  }

  std::string absence() {
    const std::string end = deadline();
    std::string text = "  then no" + step("z") + end;
    if (choices_.one_in(2)) text += where();
    scope_.bound.pop_back();
    return text + "\n";
  }

  // `before` needs a date or a time that the bound records fix.
  std::string deadline() {
    if (choices_.one_in(2)) {
      const auto end =
          writer_.atom(fixed_scope(), choices_.one_in(2) ? FieldKind::kTime : FieldKind::kDate);
      if (end) return " before " + *end;
    }
    return " within " + writer_.duration();
  }

  std::string once() {
    if (choices_.one_in(2)) return "  once per " + writer_.duration() + "\n";
    return "  once per " + writer_.shown(scope_) + "\n";
  }

  std::string levels() {
    std::string text = "  level ";
    if (choices_.one_in(3)) text += "red when " + writer_.condition(scope_, 1) + ", ";
    if (choices_.one_in(4)) text += "orange when " + writer_.condition(scope_, 1) + ", ";
    return text + (text.ends_with(", ") ? "blue otherwise\n" : "blue\n");
  }

  std::string describe() {
    std::string text;
    if (choices_.one_in(3)) {
      text += "  say \"{" + writer_.shown(scope_) + "} and {" + writer_.shown(scope_) + "}\"\n";
      // A text inside an expression inside a text would have to be escaped.
      if (std::count(text.begin(), text.end(), '"') > 2) text.clear();
    }
    if (choices_.one_in(4)) text += "  for " + writer_.shown(scope_) + "\n";
    return text;
  }

  // Fields of the names that records have, so that later rules can group and join by them.
  std::string with() {
    std::string text;
    for (const auto& [name, kind] : {std::pair{"n", FieldKind::kInt},
                                     {"note", FieldKind::kText},
                                     {"place", FieldKind::kRegion},
                                     {"grade", FieldKind::kOrdered}}) {
      const auto same = [&](const ProfileName& part) { return part.name == name; };
      const bool is_key = std::any_of(scope_.by.begin(), scope_.by.end(), same);
      if (is_key || !choices_.one_in(3)) continue;
      const auto value = writer_.atom(scope_, kind);
      if (!value) continue;
      text += (text.empty() ? "  with " : ", ") + std::string(name) + " = " + *value;
      warnings_.fields.push_back(derived_field(name, kind));
    }
    return text + (text.empty() ? "" : "\n");
  }

  const Schema& schema_;
  Choices& choices_;
  ExpressionWriter writer_;
  WriterScope scope_;
  std::vector<size_t> records_;  // that have the key
  SchemaRecord warnings_;
};

}  // namespace

WrittenLets write_lets(const Schema& schema, Choices choices) {
  WrittenLets lets;
  ExpressionWriter writer(schema, choices);
  WriterScope any_key;
  any_key.by = {
      {"n", FieldKind::kInt}};  // every type has it; so have the other keys or the rule is dropped
  any_key.key = false;
  lets.text = "let amount_now = " + writer.number(any_key, 1) + "\n";
  lets.names.push_back({"amount_now", FieldKind::kDecimal, true, false});
  any_key.lets = lets.names;
  lets.text += "let alert = " + writer.condition(any_key, 1) + "\n";
  lets.names.push_back({"alert", FieldKind::kBool, true, false});
  lets.text += "let near_count = count(alpha across near excluding self)\n";
  lets.names.push_back({"near_count", FieldKind::kInt, true, true});
  if (schema.profile.empty()) return lets;
  WriterScope profile;
  profile.aggregates = false;
  lets.text += "let known_place = " + writer.condition(profile, 1) + "\n";
  lets.names.push_back({"known_place", FieldKind::kBool, false, true});
  return lets;
}

WrittenRule write_rule(const Schema& schema, const std::vector<LetName>& lets,
                       const std::string& name, Choices choices) {
  return RuleWriter(schema, lets, choices).write(name);
}

}  // namespace tocsin::testing
