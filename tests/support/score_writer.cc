// Scores of generated policies. Their grades have the names of an enum that records have, too, so
// that they are compared with fields.
#include "tests/support/rule_writer.h"

namespace tocsin::testing {
namespace {

class ScoreWriter {
 public:
  ScoreWriter(const Schema& schema, Choices& choices, const WriterScope& scope)
      : choices_(choices), writer_(schema, choices), scope_(scope) {}

  std::string write(const std::string& name) {
    std::string text =
        "score " + name + " {\n  start " + choices_.of<std::string>({"10", "0", "-2.5"}) + "\n";
    const size_t items = 1 + choices_.among(4);
    for (size_t i = 0; i < items; ++i) text += item();
    if (choices_.one_in(3)) text += "  keep between 0.5 and 12\n";
    text += choices_.of<std::string>({"  grade high from 9, mid from 4, low otherwise\n",
                                      "  grade high from 10.5, mid from 9.9999, low otherwise\n",
                                      "  grade high from 1, mid from -1, low otherwise\n"});
    if (choices_.one_in(3)) text += cap("mid");
    if (choices_.one_in(5)) text += cap("low");
    return text + "}\n";
  }

 private:
  std::string points() {
    return choices_.of<std::string>({"-5", "-1", "2", "-0.5", "0.0001", "+3", "-4.5"});
  }

  std::string item() {
    std::string text = "  add " + points();
    if (choices_.one_in(3)) return text + " while " + writer_.condition(scope_, 1) + "\n";
    const std::string count = writer_.counted(scope_, 1);  // count(…)
    text += " per " + count.substr(6, count.size() - 7);
    if (choices_.one_in(2)) text += " at most " + choices_.of<std::string>({"6", "1", "2.25"});
    return text + "\n";
  }

  std::string cap(const std::string& grade) {
    return "  grade at best " + grade + " while " + writer_.condition(scope_, 1) + "\n";
  }

  Choices& choices_;
  ExpressionWriter writer_;
  const WriterScope& scope_;
};

std::string period(Choices& choices) {
  return " every " + choices.of<std::string>({"1mo", "1w", "2mo", "10d", "1y", "2w"}) + "\n";
}

std::string publish(Choices& choices) { return "publish merit" + period(choices); }

std::string sample(const Schema& schema, const WriterScope& scope, Choices& choices) {
  std::string text = "sample lot {\n " + period(choices);
  if (choices.one_in(2)) {
    text += "  where " + ExpressionWriter(schema, choices).condition(scope, 1) + "\n";
  }
  text += choices.of<std::string>(
      {"  rate 50%\n", "  rate by merit.grade { high 12.5%, mid 40%, low 100% }\n"});
  return text + "  seed \"" + choices.of<std::string>({"x", "爆"}) + "\"\n}\n";
}

}  // namespace

WrittenScores write_scores(const Schema& schema, const std::vector<LetName>& lets,
                           Choices choices) {
  WrittenScores scores;
  WriterScope scope;
  scope.lets = lets;
  const auto add = [&](const std::string& name) {
    scores.text += ScoreWriter(schema, choices, scope).write(name);
    scores.changes.push_back(
        {name + "_change",
         {derived_field("from", FieldKind::kOrdered), derived_field("to", FieldKind::kOrdered),
          derived_field("score", FieldKind::kDecimal)}});
    for (const LetName& let : {LetName{name, FieldKind::kDecimal, true, true},
                               LetName{name + ".grade", FieldKind::kOrdered, true, true}}) {
      scores.names.push_back(let);
      scope.lets.push_back(let);
    }
  };
  add("merit");
  if (choices.one_in(3)) add("trust");  // which may name the first
  if (choices.one_in(2)) scores.text += publish(choices);
  if (choices.one_in(2)) scores.text += sample(schema, scope, choices);
  return scores;
}

}  // namespace tocsin::testing
