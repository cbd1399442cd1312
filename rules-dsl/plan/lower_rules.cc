// DomainBuilder, second part: rules and what they depend on.
#include <algorithm>
#include <bit>

#include "rules-dsl/check/fields.h"
#include "rules-dsl/plan/domain_builder.h"

namespace tocsin::plan {

TimeSpan span_of(const dsl::Duration& duration) {
  if (duration.is_workdays()) return {.workdays = static_cast<int32_t>(duration.count)};
  if (duration.is_calendar()) return {.months = duration.months()};
  return {.micros = duration.micros()};
}

DomainBuilder::DomainBuilder(const dsl::Policy& policy, Projection& projection,
                             const Calendar& calendar, const Place& place)
    : policy_(policy),
      projection_(projection),
      calendar_(calendar),
      code_(domain_.code),
      lets_(policy.lets.size(), kNoNode),
      scores_(policy.scores.size(), kNoNode),
      grades_(policy.scores.size(), kNoNode),
      profile_slots_(policy.profile.fields.size(), -1) {
  domain_.layer = place.layer;
  domain_.key_names = place.key;
  domain_.types.resize(policy.records.size());
  domain_.types_own = static_cast<uint16_t>(policy.records.size());
  for (size_t i = 0; i < policy.records.size(); ++i) {
    if (policy.records[i].origin != dsl::Origin::kDeclared) continue;
    const auto record = static_cast<int>(i);
    const bool own = key_source(policy, record, place.key) == KeySource::kOwnFields;
    if (own || place.key.size() > 1) take_rows(record);
  }
}

// Slots of parts from the profile are set when the projection is known.
void DomainBuilder::take_rows(int record_type) {
  TypeUse& use = domain_.types[projection_.type(record_type)];
  const KeySource source = key_source(policy_, record_type, domain_.key_names);
  if (use.taken || source == KeySource::kNone) return;
  use.taken = true;
  use.rekeyed = source == KeySource::kProfile;
  const dsl::RecordDecl& record = policy_.records[static_cast<size_t>(record_type)];
  for (const std::string& name : domain_.key_names) {
    KeyPartPlan& part = use.key.emplace_back();
    if (const int field = dsl::find_field(record, name); field >= 0) {
      part = {projection_.slot(record_type, field), record.fields[static_cast<size_t>(field)].type};
    } else {
      const auto from = static_cast<size_t>(profile_field_named(policy_.profile, name));
      part = {kFromProfile, policy_.profile.fields[from].type};
    }
  }
}

void DomainBuilder::add_rekey(const Rekey& rekey) {
  take_rows(rekey.record);
  const dsl::RecordDecl& record = policy_.records[static_cast<size_t>(rekey.record)];
  if (record.origin != dsl::Origin::kDeclared) domain_.takes_derived = true;
  RekeyPlan plan;
  plan.type = projection_.type(rekey.record);
  if (record.origin == dsl::Origin::kEnds) {
    plan.began = projection_.slot(rekey.record, dsl::find_field(record, dsl::kBeganField));
  }
  for (const std::string& name : rekey.key) {
    if (dsl::find_field(record, name) >= 0) continue;
    plan.fields.push_back(profile_field(profile_field_named(policy_.profile, name)));
  }
  domain_.types[plan.type].rekeys.push_back(static_cast<uint32_t>(domain_.rekeys.size()));
  domain_.rekeys.push_back(std::move(plan));
}

uint32_t DomainBuilder::add_rule(const dsl::RuleDecl& rule, uint32_t index) {
  RulePlan plan;
  plan.index = index;
  plan.is_while = rule.condition != nullptr;
  const auto number = static_cast<uint32_t>(domain_.rules.size());
  scopes_.clear();
  if (plan.is_while) {
    plan.condition = lower(*rule.condition);
  } else {
    add_steps(rule, plan);
  }
  for (const dsl::LevelChoice& choice : rule.levels) {
    plan.levels.push_back(
        {static_cast<uint8_t>(choice.index), choice.when ? lower(*choice.when) : kNoNode});
  }
  if (rule.once && rule.once->span) plan.once_span = span_of(*rule.once->span);
  if (rule.once && rule.once->value) plan.once_value = lower(*rule.once->value);
  if (rule.for_subject) {
    plan.for_subject = lower(*rule.for_subject);
    plan.for_type = rule.for_subject->type;
  }
  for (const dsl::WithValue& value : rule.with) plan.with.push_back(lower(*value.value));
  if (rule.say) plan.say = lower_template(*rule.say);
  note_reads(rule.reads, number, plan);
  find_region(rule, plan);
  if (!rule.untils.empty()) add_warning_life(rule, number, plan);
  if (plan.is_while) {
    depend_while(number, plan);
  } else {
    depend_on(number, plan);
  }
  domain_.rules.push_back(std::move(plan));
  return number;
}

void DomainBuilder::note_reads(const std::set<int>& reads, uint32_t number, RulePlan& plan) {
  const bool looks = plan.is_while || (plan.telling && !plan.telling->every);
  for (int record : reads) {
    take_rows(record);
    if (policy_.records[static_cast<size_t>(record)].origin == dsl::Origin::kDeclared) continue;
    const uint16_t type = projection_.type(record);
    domain_.takes_derived = true;
    plan.derived_reads.push_back(type);
    if (looks) domain_.types[type].readers.push_back(number);
  }
}

TemplatePlan DomainBuilder::lower_template(const dsl::Template& text) {
  TemplatePlan plan;
  for (const dsl::TemplatePart& part : text.parts) {
    if (part.expression) {
      plan.parts.push_back({"", lower(*part.expression), part.expression->type});
    } else {
      plan.parts.push_back({part.text, kNoNode, {}});
    }
  }
  return plan;
}

void DomainBuilder::add_steps(const dsl::RuleDecl& rule, RulePlan& plan) {
  plan.each = rule.each && rule.steps.size() > 1;
  for (const dsl::Step& step : rule.steps) {
    scopes_.push_back(step.record_type);
    StepPlan& added = plan.steps.emplace_back();
    added.type = projection_.type(step.record_type);
    if (step.overdue) {
      added.due_of = static_cast<int>(due_of(step.record_type));
    } else {
      domain_.types[added.type].kept = true;
    }
    if (step.within) added.within = span_of(*step.within);
  }
  for (size_t i = 0; i < rule.steps.size(); ++i) {
    if (rule.steps[i].where) add_checks(*rule.steps[i].where, plan);
  }
  for (StepPlan& step : plan.steps) {  // the cheap ones first
    std::stable_partition(step.checks.begin(), step.checks.end(), [&](NodeId check) {
      return std::find(step.early.begin(), step.early.end(), check) != step.early.end();
    });
  }
  if (rule.absence) add_absence(*rule.absence, plan);
  note_looked_at(plan);
}

void DomainBuilder::note_looked_at(RulePlan& plan) {
  uint16_t seen = 0;
  if (plan.absence) {  // whether a choice fits depends on the deadline and on who answers, too
    for (NodeId node : {plan.absence->before, plan.absence->where}) {
      if (node != kNoNode) seen |= code_.depends(node).bound;
    }
  }
  for (StepPlan& step : plan.steps) {
    step.looked_at = seen;
    for (NodeId check : step.checks) seen |= code_.depends(check).bound;
  }
}

// A conjunction is true when each part is; each part is tested as soon as the records it needs are
// bound, and they are bound from the last backwards.
void DomainBuilder::add_checks(const dsl::Expr& where, RulePlan& plan) {
  std::vector<const dsl::Expr*> parts;
  dsl::add_conjuncts(where, parts);
  for (const dsl::Expr* part : parts) add_check(lower(*part), plan);
}

void DomainBuilder::add_check(NodeId check, RulePlan& plan) {
  const Dependence& depends = code_.depends(check);
  const size_t last = plan.steps.size() - 1;
  const size_t earliest =
      depends.bound == 0 ? last : static_cast<size_t>(std::countr_zero(depends.bound));
  StepPlan& target = plan.steps[earliest];
  target.checks.push_back(check);
  if (std::has_single_bit(depends.bound) && !depends.aggregates && !depends.profile) {
    target.early.push_back(check);
  }
}

void DomainBuilder::add_absence(const dsl::Absence& absence, RulePlan& plan) {
  AbsencePlan added;
  added.type = projection_.type(absence.step.record_type);
  domain_.types[added.type].kept = true;
  if (absence.step.within) added.within = span_of(*absence.step.within);
  if (absence.before) {
    added.before = lower(*absence.before);
    const Dependence& depends = code_.depends(added.before);
    const auto anchor = static_cast<uint16_t>(1u << (plan.steps.size() - 1));
    added.anchor_only = (depends.bound & ~anchor) == 0 && !depends.aggregates && !depends.profile;
  }
  scopes_.push_back(absence.step.record_type);
  if (absence.step.where) added.where = lower(*absence.step.where);
  plan.absence = added;
}

void DomainBuilder::find_region(const dsl::RuleDecl& rule, RulePlan& plan) {
  for (size_t i = rule.steps.size(); i-- > 0 && plan.region_step < 0;) {
    const int slot = projection_.slot_named(rule.steps[i].record_type, "region");
    if (slot < 0) continue;
    plan.region_step = static_cast<int>(i);
    plan.region_slot = static_cast<uint16_t>(slot);
  }
}

void DomainBuilder::reach(NodeId node, Reached& reached) const {
  if (node == kNoNode || !reached.nodes.insert(node).second) return;
  const Dependence& depends = code_.depends(node);
  if (!depends.aggregates && !depends.profile) return;
  const Node& at = domain_.code.nodes[node];
  switch (at.op) {
    case Op::kAggregate: {
      const AggregatePlan& aggregate = domain_.aggregates[at.a];
      reached.aggregates.insert(at.a);
      reach(aggregate.value, reached);
      reach(aggregate.where, reached);
      return;
    }
    case Op::kProfile:
      reached.profile.insert(at.a);
      return;
    case Op::kIn:
      for (NodeId item : domain_.code.lists[at.b]) reach(item, reached);
      reach(at.a, reached);
      return;
    case Op::kMatches:
    case Op::kLookup:
    case Op::kRemembered:
      reach(at.a, reached);
      return;
    default:
      reach(at.a, reached);
      reach(at.b, reached);
  }
}

void DomainBuilder::depend_while(uint32_t rule, const RulePlan& plan) {
  domain_.while_rules.push_back(rule);
  Reached reached;
  reach(plan.condition, reached);
  if (plan.telling) reach(plan.telling->grade, reached);
  if (plan.telling) reach(plan.telling->score, reached);
  for (const LevelPlan& level : plan.levels) reach(level.when, reached);

  std::set<uint16_t> types;
  std::set<int> edges;
  for (uint32_t index : reached.aggregates) {
    const AggregatePlan& aggregate = domain_.aggregates[index];
    if (aggregate.state != dsl::RecordState::kAny) depend_while(rule, aggregate);
    if (aggregate.enter == kNoEdge) types.insert(aggregate.type);
    if (aggregate.enter != kNoEdge) edges.insert(aggregate.enter);
    if (aggregate.leave != kNoEdge) edges.insert(aggregate.leave);
    if (aggregate.reach != kNoReach) {
      types.insert(domain_.reaches[static_cast<size_t>(aggregate.reach)].type);
    }
  }
  for (uint32_t field : reached.profile) {
    for (const ProfileSourcePlan& source : domain_.profile[field].sources) {
      types.insert(source.type);
    }
  }
  for (uint16_t type : types) domain_.types[type].while_rules.push_back(rule);
  for (int index : edges) {
    Edge& edge = domain_.edges[static_cast<size_t>(index)];
    edge.timed = true;
    edge.rules.push_back(rule);
  }
}

void DomainBuilder::depend_on(uint32_t rule, const RulePlan& plan) {
  if (const StepPlan& first = plan.steps.front(); first.due_of != kNoLife) {
    LifePlan& life = domain_.lives[static_cast<size_t>(first.due_of)];
    life.dues_timed = true;
    if (plan.steps.size() == 1) {
      life.last_steps.push_back(rule);
      return;
    }
    life.remembers_dues = true;
    if (plan.each) life.first_steps.push_back(rule);
    domain_.types[plan.steps.back().type].last_steps.push_back(rule);
    return;
  }
  domain_.types[plan.steps.back().type].last_steps.push_back(rule);
  if (plan.each) domain_.types[plan.steps.front().type].first_steps.push_back(rule);
}

// Who is to hear of it when a row's span leaves the calendar of working days.
void DomainBuilder::note_workday_edges(uint32_t number) {
  const RulePlan& rule = domain_.rules[number];
  Reached reached;
  for (NodeId node : {rule.condition, rule.once_value, rule.for_subject}) reach(node, reached);
  for (NodeId value : rule.with) reach(value, reached);
  if (rule.telling) {
    for (NodeId node : {rule.telling->score, rule.telling->grade, rule.telling->where}) {
      reach(node, reached);
    }
  }
  for (const LevelPlan& level : rule.levels) reach(level.when, reached);
  for (const TemplatePlan::Part& part : rule.say.parts) reach(part.node, reached);
  for (const StepPlan& step : rule.steps) {
    for (NodeId check : step.checks) reach(check, reached);
  }
  if (rule.absence) reach(rule.absence->where, reached);
  std::set<int> edges;
  for (uint32_t index : reached.aggregates) {
    edges.insert(domain_.aggregates[index].enter);
    edges.insert(domain_.aggregates[index].leave);
  }
  for (int index : edges) {
    if (index == kNoEdge) continue;
    Edge& edge = domain_.edges[static_cast<size_t>(index)];
    if (edge.workdays) edge.readers.push_back(number);
  }
}

Domain DomainBuilder::finish() {
  const auto& names = domain_.key_names;
  const auto part = std::find(names.begin(), names.end(), "region");
  if (part != names.end()) domain_.region_part = static_cast<int>(part - names.begin());
  const int profile = profile_field_named(policy_.profile, "region");
  if (domain_.by_subject() && profile >= 0) {
    domain_.region_profile = static_cast<int>(profile_field(profile));
  }
  for (uint32_t i = 0; i < domain_.aggregates.size(); ++i) {
    const AggregatePlan& aggregate = domain_.aggregates[i];
    if (!aggregate.counted) continue;
    if (aggregate.state != dsl::RecordState::kAny) {
      count_lives(i);
      continue;
    }
    auto& entering = aggregate.enter == kNoEdge
                         ? domain_.types[aggregate.type].entering
                         : domain_.edges[static_cast<size_t>(aggregate.enter)].entering;
    entering.push_back(i);
    if (aggregate.leave != kNoEdge) {
      domain_.edges[static_cast<size_t>(aggregate.leave)].leaving.push_back(i);
    }
  }
  for (RulePlan& rule : domain_.rules) {
    Reached reached;
    reach(rule.condition, reached);
    for (const StepPlan& step : rule.steps) {
      for (NodeId check : step.checks) reach(check, reached);
    }
    rule.evidence.assign(reached.aggregates.begin(), reached.aggregates.end());
  }
  for (uint32_t number = 0; number < domain_.rules.size(); ++number) note_workday_edges(number);
  return std::move(domain_);
}

}  // namespace tocsin::plan
