// Expressions, literals, spans and types as canonical text.
#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <utility>

#include "rules-dsl/syntax/lexer.h"
#include "rules-dsl/syntax/printer_impl.h"

namespace tocsin::dsl {
namespace {

constexpr int64_t kDecimalScale = 10'000;
constexpr size_t kFloatPlacesMin = 5;  // with fewer places it would be read as a decimal

// How strongly an expression holds its parts together; see parser_expressions.cc.
enum Strength : int {
  kAny,
  kOr,
  kAnd,
  kNot,
  kCompare,
  kCoalesce,
  kSum,
  kProduct,
  kMinus,
  kPrimary
};

struct OperatorText {
  const char* text;
  Strength strength;
};

OperatorText operator_text(BinaryOp op) {
  switch (op) {
    case BinaryOp::kOr:
      return {"or", kOr};
    case BinaryOp::kAnd:
      return {"and", kAnd};
    case BinaryOp::kEq:
      return {"==", kCompare};
    case BinaryOp::kNe:
      return {"!=", kCompare};
    case BinaryOp::kLt:
      return {"<", kCompare};
    case BinaryOp::kLe:
      return {"<=", kCompare};
    case BinaryOp::kGt:
      return {">", kCompare};
    case BinaryOp::kGe:
      return {">=", kCompare};
    case BinaryOp::kAdd:
      return {"+", kSum};
    case BinaryOp::kSub:
      return {"-", kSum};
    case BinaryOp::kMul:
      return {"*", kProduct};
    case BinaryOp::kDiv:
      return {"/", kProduct};
    case BinaryOp::kCoalesce:
      return {"??", kCoalesce};
  }
  return {"", kAny};
}

const char* aggregate_word(AggregateKind kind) {
  switch (kind) {
    case AggregateKind::kCount:
      return "count";
    case AggregateKind::kExists:
      return "exists";
    case AggregateKind::kSum:
      return "sum";
    case AggregateKind::kAvg:
      return "avg";
    case AggregateKind::kMin:
      return "min";
    case AggregateKind::kMax:
      return "max";
    case AggregateKind::kStddev:
      return "stddev";
    case AggregateKind::kFirst:
      return "first";
    case AggregateKind::kLast:
      return "last";
    case AggregateKind::kDistinct:
      return "distinct";
  }
  return "";
}

// Writes one node; recursion is as deep as the tree, which the parser bounds.
class ExprPrinter {
 public:
  std::string take() { return std::move(out_); }

  // With parentheses when `expr` holds together less strongly than its place asks.
  void print(const Expr& expr, Strength needed) {
    const bool wrap = strength(expr) < needed;
    if (wrap) out_ += '(';
    std::visit(*this, expr.node);
    if (wrap) out_ += ')';
  }

  void operator()(const Literal& literal) { out_ += print_literal(literal.value); }
  // A checked tree holds quoted values of `one of`, too, as names.
  void operator()(const Name& name) {
    out_ += is_identifier(name.name) ? name.name : quote(name.name);
  }
  void operator()(const Member& member) {
    print(*member.object, kPrimary);
    out_ += '.' + member.member;
  }
  void operator()(const Unary& unary) {
    const bool is_not = unary.op == UnaryOp::kNot;
    out_ += is_not ? "not " : "-";
    // `--` is a symbol of its own, so a second minus needs a parenthesis.
    print(*unary.operand, is_not ? kNot : kPrimary);
  }
  void operator()(const Binary& binary) {
    const auto [text, own] = operator_text(binary.op);
    // Chains of and, or print flat; the others group to the left, and comparisons not at all.
    const auto left = own == kCompare ? kCoalesce : own;
    const auto right = own == kOr || own == kAnd ? own : static_cast<Strength>(own + 1);
    print(*binary.left, left);
    out_ += fmt::format(" {} ", text);
    print(*binary.right, right);
  }
  void operator()(const In& in) {
    print(*in.value, kCoalesce);
    out_ += " in {";
    list(in.items);
    out_ += '}';
  }
  void operator()(const Is& is) {
    print(*is.value, kCoalesce);
    out_ += is.missing ? " is missing" : " is known";
  }
  void operator()(const Call& call) {
    out_ += call.name + '(';
    list(call.arguments);
    out_ += ')';
  }
  void operator()(const Lookup& lookup) {
    out_ += lookup.table + '[';
    print(*lookup.key, kAny);
    out_ += "]." + lookup.column;
  }
  void operator()(const Aggregate& aggregate) {
    out_ += fmt::format("{}(", aggregate_word(aggregate.kind));
    if (aggregate.value) {
      print(*aggregate.value, kAny);
      out_ += " of ";
    }
    out_ += aggregate.record;
    if (aggregate.state == RecordState::kInForce) out_ += " in force";
    if (aggregate.state == RecordState::kOverdue) out_ += " overdue";
    if (aggregate.where) {
      out_ += " where ";
      print(*aggregate.where, kAny);
    }
    if (aggregate.over) out_ += " over " + dsl::print(*aggregate.over);
    if (aggregate.ago) out_ += " ago " + dsl::print(*aggregate.ago);
    if (aggregate.last_n) out_ += fmt::format(" over last {}", *aggregate.last_n);
    if (aggregate.across) out_ += dsl::print(*aggregate.across);
    out_ += ')';
  }

 private:
  static Strength strength(const Expr& expr) {
    if (const auto* binary = std::get_if<Binary>(&expr.node)) {
      return operator_text(binary->op).strength;
    }
    if (const auto* unary = std::get_if<Unary>(&expr.node)) {
      return unary->op == UnaryOp::kNot ? kNot : kMinus;
    }
    const bool compares =
        std::holds_alternative<In>(expr.node) || std::holds_alternative<Is>(expr.node);
    return compares ? kCompare : kPrimary;
  }

  void list(const std::vector<ExprPtr>& items) {
    for (size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_ += ", ";
      print(*items[i], kAny);
    }
  }

  std::string out_;
};

std::string print_decimal(int64_t scaled) {
  const auto absolute =
      scaled < 0 ? 0 - static_cast<uint64_t>(scaled) : static_cast<uint64_t>(scaled);
  std::string text = fmt::format("{}{}.{:04}", scaled < 0 ? "-" : "", absolute / kDecimalScale,
                                 absolute % kDecimalScale);
  while (text.ends_with('0') && text[text.size() - 2] != '.') text.pop_back();
  return text;
}

// The shortest digits that read back as the same number, without an exponent.
std::string print_float(double value) {
  constexpr size_t size = std::numeric_limits<double>::max_exponent10 + 400;
  std::string text(size, '\0');
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + size, value, std::chars_format::fixed);
  text.resize(end - text.data());
  if (text.find('.') == std::string::npos) text += '.';
  const size_t places = text.size() - text.find('.') - 1;
  if (places < kFloatPlacesMin) text.append(kFloatPlacesMin - places, '0');
  return text;
}

// An expression inside a message: its own quotes and backslashes are escaped once more, and so are
// braces within its texts, which would be taken for the end of it.
std::string escape_embedded(std::string_view expression) {
  std::string result;
  bool in_text = false;
  for (size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    const bool brace = c == '{' || c == '}';
    if (c == '"' || c == '\\' || (in_text && brace)) result += '\\';
    result += c;
    if (c == '"') in_text = !in_text;
    if (c == '\\' && i + 1 < expression.size()) {  // the letter behind it ends no text
      const char next = expression[++i];
      if (next == '"' || next == '\\') result += '\\';
      result += next;
    }
  }
  return result;
}

std::string escape_text(std::string_view text, bool braces) {
  std::string result;
  for (char c : text) {
    if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else {
      if (c == '"' || c == '\\' || (braces && (c == '{' || c == '}'))) result += '\\';
      result += c;
    }
  }
  return result;
}

}  // namespace

std::string quote(std::string_view text) { return '"' + escape_text(text, false) + '"'; }

std::string print_literal(const LiteralValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* integer = std::get_if<int64_t>(&value)) return fmt::format("{}", *integer);
  if (const auto* decimal = std::get_if<DecimalLiteral>(&value)) {
    return print_decimal(decimal->scaled);
  }
  if (const auto* floating = std::get_if<double>(&value)) return print_float(*floating);
  return quote(std::get<std::string>(value));
}

std::string print_message(const Template& message) {
  std::string result = "\"";
  for (const TemplatePart& part : message.parts) {
    if (part.expression) {
      result += '{' + escape_embedded(print(*part.expression)) + '}';
    } else {
      result += escape_text(part.text, true);
    }
  }
  return result + '"';
}

std::string print(const Expr& expr) {
  ExprPrinter printer;
  printer.print(expr, kAny);
  return printer.take();
}

std::string print(const Across& across) {
  std::string result = " across " + across.link;
  if (across.hops != 1) result += fmt::format(" {} hops", across.hops);
  if (across.excluding_self) result += " excluding self";
  if (across.at_most) result += fmt::format(" at most {}", *across.at_most);
  return result;
}

std::string print(const Duration& duration) {
  if (duration.is_workdays()) return fmt::format("{} workdays", duration.count);
  constexpr const char* units[] = {"ms", "s", "m", "h", "d", "w", "mo", "y"};
  return fmt::format("{}{}", duration.count, units[static_cast<size_t>(duration.unit)]);
}

std::string print(const Type& type) {
  constexpr const char* words[] = {"error", "bool", "int",  "decimal", "float",    "text",
                                   "time",  "date", "uscc", "region",  "industry", "one of "};
  std::string result = words[static_cast<size_t>(type.kind)];
  if (type.kind != TypeKind::kEnum) return result;
  const char* separator = "";
  for (const std::string& value : type.values->values) {
    result += separator;
    result += is_identifier(value) ? value : quote(value);
    separator = type.values->ordered ? " < " : ", ";
  }
  return result;
}

}  // namespace tocsin::dsl
