// Keeps the keys of a domain that see across links supplied: with copies of the rows of everybody
// who is ever within reach, and with rows that tell who comes within reach and leaves it, and when.
// The fold then counts what is within reach at its time (eval/windows_across.cc).
//
// A key has the copies of a subject exactly while it has rows that tell of that subject, now, in
// the past or in the future. Edges come from the rows of the domain's own keys, as do the copies.
// Called between two layers, never while the domain is folded; single-threaded.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/link/link_graph.h"
#include "engine/state/shard.h"

namespace tocsin {

class Linkage {
 public:
  // A row that has come to a key of the domain, as its own, or has left it.
  struct Arrival {
    std::string_view key;
    Delta delta;
  };

  Linkage(const plan::Program& program, uint32_t domain,
          std::function<Shard&(std::string_view key)> shard_of);

  void follow(const std::vector<Arrival>& arrivals);
  // Takes in the edges of a key that is in the store: it has all that it sees.
  void load(const std::string& key, std::vector<RowPtr> rows);

 private:
  using Reaches = std::set<uint32_t>;  // numbers of plan::Domain::reaches
  using Names = std::set<std::string, std::less<>>;
  struct Edge {
    size_t link;
    std::string a, b;
    Interval force;
    friend auto operator<=>(const Edge&, const Edge&) = default;
  };
  using Edges = std::vector<Edge>;  // sorted
  // Who is seen across each reach, at any time.
  using Seen = std::vector<Names>;

  void share(const Arrival& arrival);
  Names seers(const plan::TypeUse& copies, std::string_view subject) const;
  void send(std::string_view key, const Row& row, uint16_t type, bool enters, Reason reason) const;
  // The edges that a key's own rows make. `rows` are in order.
  Edges edges_of(const std::vector<RowPtr>& rows);
  void add_edges(const Row& row, const std::vector<RowPtr>& rows, Edges& edges);
  Interval force_of(const Row& row, const plan::LinkEdgePlan& edge,
                    const std::vector<RowPtr>& rows);
  void note_edges(std::string_view key, std::vector<std::vector<EdgeChange>>& changes);
  std::optional<std::string> name_at(const plan::LinkEdgePlan::End& end, const Row& row) const;

  void supply(std::string_view key, const Reaches& stale, Reason reason);
  Seen seen_by(const KeyState& state) const;
  std::vector<RowPtr> events(uint32_t reach, std::string_view key);
  RowPtr event(uint16_t type, plan::ReachEvent event, std::string_view name, int64_t time,
               const std::string& id, const Stay* stay);
  void supply_rows(std::string_view key, const Seen& before, const Seen& after, Reason reason);
  Names seen_across(const plan::TypeUse& copies, const Seen& seen) const;

  const plan::Program& program_;
  const plan::Domain& domain_;
  const std::function<Shard&(std::string_view)> shard_of_;
  std::vector<LinkGraph> graphs_;      // by link
  std::vector<uint32_t> graph_reach_;  // by reach: its number in the graph
  std::vector<uint8_t> ties_;          // by type: its rows make edges, or end them
  TextMap<Edges> edges_;               // by key
  Evaluator evaluator_;
  RowBuilder row_;
};

}  // namespace tocsin
