#include "engine/link/linkage.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "engine/eval/lifetimes.h"

namespace tocsin {

namespace {

std::vector<LinkGraph> graphs_of(const plan::Domain& domain, std::vector<uint32_t>& numbers) {
  std::vector<LinkGraph> graphs;
  for (uint32_t link = 0; link < domain.links.size(); ++link) {
    std::vector<Reach> reaches;
    for (uint32_t i = 0; i < domain.reaches.size(); ++i) {
      const plan::ReachPlan& reach = domain.reaches[i];
      if (reach.link != link) continue;
      numbers[i] = static_cast<uint32_t>(reaches.size());
      reaches.push_back({reach.hops, reach.names_max});
    }
    graphs.emplace_back(std::move(reaches));
  }
  return graphs;
}

bool tells_of_name(const Row& row) {
  const auto event = static_cast<plan::ReachEvent>(row.value(plan::kReachEventSlot).integer());
  return event == plan::ReachEvent::kIn || event == plan::ReachEvent::kOut;
}

// Of the rows that tell of a name; there is always a first.
std::string event_id(size_t number) { return "n" + std::to_string(number); }

}  // namespace

Linkage::Linkage(const plan::Program& program, uint32_t domain,
                 std::function<Shard&(std::string_view)> shard_of)
    : program_(program),
      domain_(program.domains[domain]),
      shard_of_(std::move(shard_of)),
      graph_reach_(domain_.reaches.size()),
      ties_(domain_.types_own, 0),
      evaluator_(program, domain_) {
  graphs_ = graphs_of(domain_, graph_reach_);
  for (const plan::LinkPlan& link : domain_.links) {
    for (const plan::LinkEdgePlan& edge : link.edges) {
      ties_[edge.type] = 1;
      for (const plan::LinkEdgePlan::Ending& ending : edge.endings) ties_[ending.type] = 1;
    }
  }
}

// First everybody who sees a subject gets its rows, as things stood; then what edges change.
void Linkage::follow(const std::vector<Arrival>& arrivals) {
  std::vector<std::vector<EdgeChange>> changes(graphs_.size());
  std::map<std::string, Reaches, std::less<>> stale;
  std::set<std::string_view> tied;  // whose edges may have changed
  Reason reason = Reason::kRecord;
  Reaches all;
  for (uint32_t reach = 0; reach < domain_.reaches.size(); ++reach) all.insert(reach);
  for (const Arrival& arrival : arrivals) {
    share(arrival);
    if (ties_[arrival.delta.row->type]) tied.insert(arrival.key);
    reason = std::max(reason, arrival.delta.reason);
    KeyState* state = shard_of_(arrival.key).find(arrival.key);
    if (state == nullptr || std::exchange(state->linked, true)) continue;
    stale[std::string(arrival.key)] = all;
  }
  for (std::string_view key : tied) note_edges(key, changes);
  for (uint32_t link = 0; link < graphs_.size(); ++link) {
    if (changes[link].empty()) continue;
    const auto affected = graphs_[link].update(changes[link]);
    for (uint32_t reach : all) {
      if (domain_.reaches[reach].link != link) continue;
      for (const std::string& name : affected[graph_reach_[reach]]) stale[name].insert(reach);
    }
  }
  for (const auto& [key, reaches] : stale) supply(key, reaches, reason);
}

// ---------------------------------------------------------------- rows

void Linkage::share(const Arrival& arrival) {
  const Row& row = *arrival.delta.row;
  const uint16_t type = domain_.types[row.type].across;
  if (type == plan::kNoType) return;
  send(arrival.key, row, type, arrival.delta.enters, arrival.delta.reason);
  for (const std::string& key : seers(domain_.types[type], arrival.key)) {
    send(key, row, type, arrival.delta.enters, arrival.delta.reason);
  }
}

// The keys that have rows that tell of the subject.
Linkage::Names Linkage::seers(const plan::TypeUse& copies, std::string_view subject) const {
  Names seers;
  for (uint32_t number : copies.seen_in) {
    const plan::ReachPlan& reach = domain_.reaches[number];
    RowBuilder builder;
    builder.begin(reach.type, 0);
    builder.set_id(event_id(0));
    builder.set_subject(subject);
    const RowPtr first = builder.finish();
    for (std::string& key : graphs_[reach.link].seen_by(graph_reach_[number], subject)) {
      const KeyState* state = shard_of_(key).find(key);
      if (state != nullptr && state->rows.holds(*first)) seers.insert(std::move(key));
    }
  }
  return seers;
}

// What its version says is the key's own matter; in rows that folds put out it is their cause.
void Linkage::send(std::string_view key, const Row& row, uint16_t type, bool enters,
                   Reason reason) const {
  const RowPtr copy = clone(row);
  copy->type = type;
  if (program_.types[row.type].origin == dsl::Origin::kDeclared) copy->version = 0;
  shard_of_(key).apply(key, {.row = copy.get(), .enters = enters, .reason = reason});
}

// ---------------------------------------------------------------- edges

// What its rows make of edges now, against what they made of them before.
void Linkage::note_edges(std::string_view key, std::vector<std::vector<EdgeChange>>& changes) {
  const KeyState* state = shard_of_(key).find(key);
  if (state == nullptr) return;
  Edges now = edges_of(state->rows.sorted());
  Edges& known = edges_.try_emplace(std::string(key)).first->second;
  const auto note = [&](const Edges& all, const Edges& but, bool come) {
    Edges some;
    std::set_difference(all.begin(), all.end(), but.begin(), but.end(), std::back_inserter(some));
    for (Edge& edge : some) {
      changes[edge.link].push_back({std::move(edge.a), std::move(edge.b), edge.force, come});
    }
  };
  note(known, now, false);
  note(now, known, true);
  known = std::move(now);
  if (known.empty()) edges_.erase(std::string(key));
}

Linkage::Edges Linkage::edges_of(const std::vector<RowPtr>& rows) {
  Edges edges;
  for (const RowPtr& row : rows) {
    if (row->type < domain_.types_own && ties_[row->type]) add_edges(*row, rows, edges);
  }
  std::sort(edges.begin(), edges.end());
  return edges;
}

void Linkage::add_edges(const Row& row, const std::vector<RowPtr>& rows, Edges& edges) {
  evaluator_.begin_step();
  Bindings bindings{.time = row.time, .row = &row, .bound = {}};
  for (size_t link = 0; link < domain_.links.size(); ++link) {
    for (const plan::LinkEdgePlan& edge : domain_.links[link].edges) {
      if (edge.type != row.type) continue;
      if (edge.where != plan::kNoNode && !evaluator_.is_true(edge.where, bindings)) continue;
      std::optional<std::string> a = name_at(edge.ends[0], row);
      std::optional<std::string> b = name_at(edge.ends[1], row);
      const Interval force = force_of(row, edge, rows);
      if (!a || !b || *a == *b || force.empty()) continue;
      edges.push_back({link, std::move(*a), std::move(*b), force});
    }
  }
}

// An edge lives as long as its record is in force.
Interval Linkage::force_of(const Row& row, const plan::LinkEdgePlan& edge,
                           const std::vector<RowPtr>& rows) {
  Bindings bindings{.time = row.time, .row = &row, .bound = {}};
  Interval force{row.time, fixed_end(edge.spans, edge.times, bindings, evaluator_)};
  for (const plan::LinkEdgePlan::Ending& ending : edge.endings) {
    for (const RowPtr& other : rows) {
      if (other->type != ending.type || other.get() == &row) continue;
      bindings.bound[0] = other.get();
      if (ending.where != plan::kNoNode && !evaluator_.is_true(ending.where, bindings)) continue;
      force.to = std::min(force.to, other->time);
      break;  // the earliest
    }
  }
  return force;
}

std::optional<std::string> Linkage::name_at(const plan::LinkEdgePlan::End& end,
                                            const Row& row) const {
  if (end.op == plan::Op::kRecordId) return std::string(row.id());
  if (end.op == plan::Op::kRecordType) return program_.types[row.type].name;
  if (end.op == plan::Op::kRecordSubject) {
    if (row.subject().empty()) return std::nullopt;  // of a warning
    return std::string(row.subject());
  }
  const Value name = row.value(end.slot);
  if (name.is_missing()) return std::nullopt;
  return std::string(name.text());
}

void Linkage::load(const std::string& key, std::vector<RowPtr> rows) {
  std::sort(rows.begin(), rows.end(),
            [](const RowPtr& a, const RowPtr& b) { return order(*a, *b) < 0; });
  Edges edges = edges_of(rows);
  if (edges.empty()) return;
  std::vector<std::vector<EdgeChange>> changes(graphs_.size());
  for (const Edge& edge : edges) changes[edge.link].push_back({edge.a, edge.b, edge.force, true});
  for (size_t link = 0; link < graphs_.size(); ++link) graphs_[link].load(changes[link]);
  edges_[key] = std::move(edges);
}

// ---------------------------------------------------------------- who is within reach

// Brings the rows that tell who is within reach in line with the graph, and the copies with them.
void Linkage::supply(std::string_view key, const Reaches& stale, Reason reason) {
  Shard& shard = shard_of_(key);
  KeyState* state = shard.find(key);
  if (state == nullptr) return;
  using Identity = std::tuple<uint16_t, std::string_view, std::string_view>;
  const auto identity = [](const Row& row) { return Identity(row.type, row.subject(), row.id()); };
  const Seen before = seen_by(*state);
  Seen after = before;
  std::map<Identity, const Row*> told;
  for (const RowPtr& row : state->rows.sorted()) {
    const int reach = domain_.types[row->type].reach;
    if (reach == plan::kNoReach || !stale.contains(static_cast<uint32_t>(reach))) continue;
    told.emplace(identity(*row), row.get());
  }
  std::vector<RowPtr> gone, come;
  for (uint32_t reach : stale) {
    after[reach].clear();
    for (RowPtr& row : events(reach, key)) {
      if (tells_of_name(*row)) after[reach].emplace(row->subject());
      const auto known = told.find(identity(*row));
      const bool same = known != told.end() && known->second->same_content(*row);
      if (same) {
        told.erase(known);
      } else {
        come.push_back(std::move(row));
      }
    }
  }
  for (const auto& [name, row] : told) gone.push_back(clone(*row));
  for (const RowPtr& row : gone) shard.apply(key, {row.get(), false, reason});
  for (const RowPtr& row : come) shard.apply(key, {row.get(), true, reason});
  supply_rows(key, before, after, reason);
}

Linkage::Seen Linkage::seen_by(const KeyState& state) const {
  Seen seen(domain_.reaches.size());
  for (const RowPtr& row : state.rows.sorted()) {
    const int reach = domain_.types[row->type].reach;
    if (reach == plan::kNoReach || !tells_of_name(*row)) continue;
    seen[static_cast<size_t>(reach)].emplace(row->subject());
  }
  return seen;
}

std::vector<RowPtr> Linkage::events(uint32_t reach, std::string_view key) {
  using Event = plan::ReachEvent;
  const plan::ReachPlan& plan = domain_.reaches[reach];
  const ReachHistory history = graphs_[plan.link].history(graph_reach_[reach], key);
  std::vector<RowPtr> rows;
  size_t number = 0;
  for (size_t i = 0; i < history.stays.size(); ++i) {
    const Stay& stay = history.stays[i];
    const Stay* next = i + 1 < history.stays.size() ? &history.stays[i + 1] : nullptr;
    const bool same_name = next != nullptr && next->name == stay.name;
    rows.push_back(
        event(plan.type, Event::kIn, stay.name, stay.time.from, event_id(number++), &stay));
    const bool goes_on = same_name && next->time.from == stay.time.to;
    if (!goes_on && stay.time.to != INT64_MAX) {
      rows.push_back(
          event(plan.type, Event::kOut, stay.name, stay.time.to, event_id(number++), nullptr));
    }
    if (!same_name) number = 0;
  }
  for (const Interval& time : history.beyond.intervals()) {
    const std::string id = "b" + std::to_string(number++);
    rows.push_back(event(plan.type, Event::kTooMany, "", time.from, id + "+", nullptr));
    if (time.to == INT64_MAX) continue;
    rows.push_back(event(plan.type, Event::kEnough, "", time.to, id + "-", nullptr));
  }
  return rows;
}

// Who leaves, or is no longer one of too many, does so because time has passed.
RowPtr Linkage::event(uint16_t type, plan::ReachEvent event, std::string_view name, int64_t time,
                      const std::string& id, const Stay* stay) {
  const bool timed = event == plan::ReachEvent::kOut || event == plan::ReachEvent::kEnough;
  row_.begin(type, plan::kReachSlots);
  row_.set_id(id);
  row_.set_subject(name);
  row_.set_time(time);
  row_.set_version(static_cast<int64_t>(timed ? Cause::kTimer : Cause::kRecord));
  row_.set(plan::kReachEventSlot, Value::of_int(static_cast<int64_t>(event)));
  row_.set(plan::kReachHopsSlot, Value::of_int(stay == nullptr ? 0 : stay->hops));
  row_.set(plan::kReachPathSlot, Value::of_text(stay == nullptr ? "" : stay->path));
  return row_.finish();
}

void Linkage::supply_rows(std::string_view key, const Seen& before, const Seen& after,
                          Reason reason) {
  for (uint16_t type = 0; type < domain_.types_own; ++type) {
    const uint16_t copy = domain_.types[type].across;
    if (copy == plan::kNoType) continue;
    const Names old = seen_across(domain_.types[copy], before);
    const Names now = seen_across(domain_.types[copy], after);
    for (const std::string& name : now) {
      KeyState* source = old.contains(name) ? nullptr : shard_of_(name).find_whole(name);
      if (source == nullptr) continue;
      for (const RowPtr& row : source->rows.sorted()) {
        if (row->type == type) send(key, *row, copy, true, reason);
      }
    }
    Names gone;
    std::set_difference(old.begin(), old.end(), now.begin(), now.end(),
                        std::inserter(gone, gone.end()));
    if (gone.empty()) continue;
    std::vector<RowPtr> rows;
    for (const RowPtr& row : shard_of_(key).find_whole(key)->rows.sorted()) {
      if (row->type == copy && gone.contains(row->subject())) rows.push_back(clone(*row));
    }
    for (const RowPtr& row : rows) shard_of_(key).apply(key, {row.get(), false, reason});
  }
}

Linkage::Names Linkage::seen_across(const plan::TypeUse& copies, const Seen& seen) const {
  Names names;
  for (uint32_t reach : copies.seen_in) names.insert(seen[reach].begin(), seen[reach].end());
  return names;
}

}  // namespace tocsin
