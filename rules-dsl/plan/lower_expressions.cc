// DomainBuilder, first part: expressions.
#include <algorithm>

#include "rules-dsl/limits.h"
#include "rules-dsl/plan/domain_builder.h"

namespace tocsin::plan {

namespace {

template <class... Visitors>
struct Overload : Visitors... {
  using Visitors::operator()...;
};
// clang needs it said.
template <class... Visitors>
Overload(Visitors...) -> Overload<Visitors...>;

Op binary_op(dsl::BinaryOp op) {
  switch (op) {
    case dsl::BinaryOp::kOr:
      return Op::kOr;
    case dsl::BinaryOp::kAnd:
      return Op::kAnd;
    case dsl::BinaryOp::kEq:
      return Op::kEqual;
    case dsl::BinaryOp::kNe:
      return Op::kNotEqual;
    case dsl::BinaryOp::kLt:
      return Op::kLess;
    case dsl::BinaryOp::kLe:
      return Op::kLessEqual;
    case dsl::BinaryOp::kGt:
      return Op::kGreater;
    case dsl::BinaryOp::kGe:
      return Op::kGreaterEqual;
    case dsl::BinaryOp::kAdd:
      return Op::kAdd;
    case dsl::BinaryOp::kSub:
      return Op::kSubtract;
    case dsl::BinaryOp::kMul:
      return Op::kMultiply;
    case dsl::BinaryOp::kDiv:
      return Op::kDivide;
    case dsl::BinaryOp::kCoalesce:
      return Op::kCoalesce;
  }
  return Op::kOr;
}

Op call_op(dsl::Function function) {
  switch (function) {
    case dsl::Function::kContains:
      return Op::kContains;
    case dsl::Function::kStartsWith:
      return Op::kStartsWith;
    case dsl::Function::kEndsWith:
      return Op::kEndsWith;
    case dsl::Function::kMatches:
      return Op::kMatches;
    case dsl::Function::kLower:
      return Op::kLower;
    case dsl::Function::kLength:
      return Op::kLength;
    case dsl::Function::kAbs:
      return Op::kAbsolute;
    case dsl::Function::kRound:
      return Op::kRound;
    case dsl::Function::kFloor:
      return Op::kFloor;
    case dsl::Function::kYear:
      return Op::kYear;
    case dsl::Function::kMonth:
      return Op::kMonth;
    case dsl::Function::kDay:
      return Op::kDay;
    case dsl::Function::kWeekday:
      return Op::kWeekday;
    case dsl::Function::kHour:
      return Op::kHour;
    case dsl::Function::kDaysBetween:
      return Op::kDaysBetween;
    case dsl::Function::kIsWorkday:
      return Op::kIsWorkday;
  }
  return Op::kAbsolute;
}

ValueKind value_kind(const dsl::Type& type) {
  switch (type.kind) {
    case dsl::TypeKind::kInt:
      return ValueKind::kInt;
    case dsl::TypeKind::kDecimal:
      return ValueKind::kDecimal;
    case dsl::TypeKind::kFloat:
      return ValueKind::kFloat;
    default:
      return ValueKind::kMissing;
  }
}

Dependence depends_on(int scope) {
  Dependence depends;
  if (scope == dsl::kAggregatedRecord) {
    depends.row = true;
  } else {
    depends.bound = static_cast<uint16_t>(1u << scope);
  }
  return depends;
}

bool is_sum(dsl::AggregateKind kind) {
  return kind == dsl::AggregateKind::kSum || kind == dsl::AggregateKind::kAvg;
}

}  // namespace

NodeId DomainBuilder::lower(const dsl::Expr& expr) {
  return std::visit(Overload{
                        [&](const dsl::Literal& node) { return lower_literal(node, expr.type); },
                        [&](const dsl::Name& node) { return lower_binding(node.binding); },
                        [&](const dsl::Member& node) { return lower_member(node); },
                        [&](const dsl::Unary& node) { return lower_unary(node); },
                        [&](const dsl::Binary& node) { return lower_binary(node, expr.type); },
                        [&](const dsl::In& node) {
                          std::vector<NodeId> items;
                          for (const dsl::ExprPtr& item : node.items) items.push_back(lower(*item));
                          return code_.in(lower(*node.value), std::move(items));
                        },
                        [&](const dsl::Is& node) {
                          return code_.unary(node.missing ? Op::kIsMissing : Op::kIsKnown,
                                             lower(*node.value));
                        },
                        [&](const dsl::Call& node) { return lower_call(node); },
                        [&](const dsl::Aggregate& node) { return lower_aggregate(node); },
                        [&](const dsl::Lookup& node) { return lower_lookup(node); },
                    },
                    expr.node);
}

NodeId DomainBuilder::lower_literal(const dsl::Literal& literal, const dsl::Type& type) {
  return std::visit(
      Overload{
          [&](bool b) { return code_.constant(Value::of_bool(b)); },
          [&](int64_t i) { return code_.constant(Value::of_int(i)); },
          [&](dsl::DecimalLiteral d) { return code_.constant(Value::of_decimal(d.scaled)); },
          [&](double d) { return code_.constant(Value::of_float(d)); },
          [&](const std::string& text) {
            if (type.kind == dsl::TypeKind::kTime) {
              return code_.constant(Value::of_time(calendar_.parse_time(text).value()));
            }
            if (type.kind == dsl::TypeKind::kDate) {
              return code_.constant(Value::of_date(Calendar::parse_date(text).value()));
            }
            return code_.constant(Value::of_text(text));
          },
      },
      literal.value);
}

int DomainBuilder::record_type_of_scope(int scope) const {
  return scope == dsl::kAggregatedRecord ? aggregated_type_ : scopes_[static_cast<size_t>(scope)];
}

NodeId DomainBuilder::lower_binding(const dsl::Binding& binding) {
  switch (binding.kind) {
    case dsl::BindingKind::kField: {
      const int record_type = record_type_of_scope(binding.scope);
      const uint16_t slot = projection_.slot(record_type, binding.index);
      return code_.leaf(Op::kField, binding.scope, slot, depends_on(binding.scope));
    }
    case dsl::BindingKind::kBuiltin: {
      static constexpr Op kOps[] = {Op::kRecordId, Op::kRecordSubject, Op::kRecordTime,
                                    Op::kRecordType, Op::kSubjectSuspect};
      return code_.leaf(kOps[binding.index], binding.scope, 0, depends_on(binding.scope));
    }
    case dsl::BindingKind::kLet:
      return lower_let(binding.index);
    case dsl::BindingKind::kEnumValue:
      return code_.constant(Value::of_enum(binding.index));
    case dsl::BindingKind::kProfile: {
      Dependence depends;
      depends.profile = true;
      return code_.leaf(Op::kProfile, 0, profile_field(binding.index), depends);
    }
    case dsl::BindingKind::kKey:
      return code_.leaf(Op::kKey, 0, static_cast<uint32_t>(binding.index), {});
    case dsl::BindingKind::kScore:
      return lower_score(binding.index);
    case dsl::BindingKind::kGrade:
      return lower_grade(binding.index);
    case dsl::BindingKind::kPart:
    case dsl::BindingKind::kNone:
      break;
  }
  return code_.constant(Value::missing());
}

// Once a domain, and evaluated once a step, however often it is used: lets of lets may share a lot.
NodeId DomainBuilder::lower_let(int index) {
  NodeId& known = lets_[static_cast<size_t>(index)];
  if (known != kNoNode) return known;
  const int aggregated = std::exchange(aggregated_type_, -1);
  const NodeId value = lower(*policy_.lets[static_cast<size_t>(index)].value);
  aggregated_type_ = aggregated;
  return known = shared(value);
}

NodeId DomainBuilder::shared(NodeId value) {
  const Dependence& depends = code_.depends(value);
  return depends.aggregates || depends.profile ? code_.remembered(value) : value;
}

NodeId DomainBuilder::lower_member(const dsl::Member& member) {
  if (member.binding.kind != dsl::BindingKind::kPart) {
    return lower_binding(member.binding);
  }
  static constexpr Op kOps[] = {Op::kProvince, Op::kCity, Op::kSection, Op::kDivision,
                                Op::kSuspect};
  return code_.unary(kOps[member.binding.index], lower(*member.object));
}

NodeId DomainBuilder::lower_unary(const dsl::Unary& unary) {
  return code_.unary(unary.op == dsl::UnaryOp::kNot ? Op::kNot : Op::kNegate,
                     lower(*unary.operand));
}

// As a value of a wider kind of number.
NodeId DomainBuilder::lower_as(const dsl::Expr& expr, dsl::TypeKind kind) {
  const NodeId node = lower(expr);
  if (kind == expr.type.kind) return node;
  if (kind == dsl::TypeKind::kDecimal) return code_.unary(Op::kToDecimal, node);
  if (kind == dsl::TypeKind::kFloat) return code_.unary(Op::kToFloat, node);
  return node;
}

NodeId DomainBuilder::lower_binary(const dsl::Binary& binary, const dsl::Type& type) {
  if (binary.op == dsl::BinaryOp::kCoalesce) {
    const NodeId value = lower_as(*binary.left, type.kind);
    return code_.binary(Op::kCoalesce, value, lower_as(*binary.right, type.kind));
  }
  const NodeId left = lower(*binary.left);
  return code_.binary(binary_op(binary.op), left, lower(*binary.right));
}

NodeId DomainBuilder::lower_call(const dsl::Call& call) {
  const NodeId first = lower(*call.arguments[0]);
  if (call.function == dsl::Function::kMatches) {
    const auto& pattern = std::get<dsl::Literal>(call.arguments[1]->node);
    return code_.matches(first, std::get<std::string>(pattern.value));
  }
  if (call.arguments.size() == 1) return code_.unary(call_op(call.function), first);
  return code_.binary(call_op(call.function), first, lower(*call.arguments[1]));
}

NodeId DomainBuilder::lower_lookup(const dsl::Lookup& lookup) {
  const dsl::TableDecl& table = policy_.tables[static_cast<size_t>(lookup.table_index)];
  const dsl::Type& key = table.columns[static_cast<size_t>(table.key_column)].type;
  const auto place = static_cast<uint32_t>(lookup.table_index) * limits::kFieldsMax +
                     static_cast<uint32_t>(lookup.column_index);
  return code_.lookup(lower_as(*lookup.key, key.kind), static_cast<uint32_t>(place));
}

NodeId DomainBuilder::lower_aggregate(const dsl::Aggregate& aggregate) {
  const int outer = std::exchange(aggregated_type_, aggregate.record_type);
  AggregatePlan plan;
  plan.kind = aggregate.kind;
  plan.type = projection_.type(aggregate.record_type);
  if (aggregate.across) {
    plan.reach = reach_of(*aggregate.across);
    plan.type = type_across(aggregate.record_type, plan.reach);
    plan.excluding_self = aggregate.across->excluding_self;
  }
  Dependence depends;
  if (aggregate.value) {
    plan.value = lower(*aggregate.value);
    plan.value_kind = value_kind(aggregate.value->type);
    depends |= code_.depends(plan.value);
  }
  if (aggregate.where) {
    plan.where = lower(*aggregate.where);
    depends |= code_.depends(plan.where);
  }
  aggregated_type_ = outer;

  const TimeSpan ago = aggregate.ago ? span_of(*aggregate.ago) : TimeSpan{};
  if (aggregate.ago) plan.enter = edge(plan.type, ago, {});
  if (aggregate.over) plan.leave = edge(plan.type, ago, span_of(*aggregate.over));
  plan.last_n = aggregate.last_n.value_or(0);
  plan.state = state_of(aggregate);
  const int reach_before = std::exchange(reach_, plan.reach);
  if (plan.state == dsl::RecordState::kInForce) plan.life = life_of(aggregate.record_type);
  if (plan.state == dsl::RecordState::kOverdue) plan.life = due_of(aggregate.record_type);
  reach_ = reach_before;
  const bool always = plan.state == dsl::RecordState::kAny;
  const bool windowed = plan.enter != kNoEdge || plan.leave != kNoEdge;
  const bool exact = !is_sum(plan.kind) || plan.value_kind != ValueKind::kFloat;
  const bool countable = plan.kind == dsl::AggregateKind::kCount ||
                         plan.kind == dsl::AggregateKind::kExists || is_sum(plan.kind);
  plan.counted =
      countable && exact && plan.last_n == 0 && depends.needs_only_row() && (always || !windowed);
  if (always || windowed) domain_.types[plan.type].kept = true;

  Dependence outside{.bound = depends.bound, .aggregates = true};
  const auto index = static_cast<uint32_t>(find_aggregate(plan));
  const NodeId value = code_.leaf(Op::kAggregate, 0, index, outside);
  return depends.bound == 0 ? code_.remembered(value) : value;
}

// Its index; equal ones exist once.
int DomainBuilder::find_aggregate(const AggregatePlan& plan) {
  auto& known = domain_.aggregates;
  const auto same = std::find_if(known.begin(), known.end(), [&](const AggregatePlan& other) {
    return other.kind == plan.kind && other.type == plan.type && other.state == plan.state &&
           other.value == plan.value && other.where == plan.where && other.enter == plan.enter &&
           other.leave == plan.leave && other.last_n == plan.last_n && other.reach == plan.reach &&
           other.excluding_self == plan.excluding_self;
  });
  const int index = static_cast<int>(same - known.begin());
  if (same == known.end()) known.push_back(plan);
  return index;
}

int DomainBuilder::edge(uint16_t type, TimeSpan ago, TimeSpan over) {
  auto& edges = domain_.edges;
  const auto same = std::find_if(edges.begin(), edges.end(), [&](const Edge& other) {
    return other.type == type && other.ago == ago && other.over == over;
  });
  const auto index = static_cast<uint32_t>(same - edges.begin());
  if (same == edges.end()) {
    Edge fresh;
    fresh.type = type;
    fresh.ago = ago;
    fresh.over = over;
    fresh.calendar = ago.is_calendar() || over.is_calendar();
    fresh.workdays = ago.workdays != 0 || over.workdays != 0;
    if (fresh.workdays) domain_.types[type].workday_edges.push_back(index);
    edges.push_back(fresh);
  }
  return static_cast<int>(index);
}

uint32_t DomainBuilder::profile_field(int index) {
  int& slot = profile_slots_[static_cast<size_t>(index)];
  if (slot >= 0) return static_cast<uint32_t>(slot);
  slot = static_cast<int>(domain_.profile.size());
  ProfilePlan plan;
  for (const dsl::ProfileSource& source :
       policy_.profile.fields[static_cast<size_t>(index)].sources) {
    const uint16_t type = projection_.type(source.record_type);
    plan.sources.push_back({type, projection_.slot(source.record_type, source.field)});
    domain_.types[type].kept = true;
    domain_.types[type].profile.push_back(static_cast<uint32_t>(slot));
  }
  domain_.profile.push_back(std::move(plan));
  return static_cast<uint32_t>(slot);
}

}  // namespace tocsin::plan
