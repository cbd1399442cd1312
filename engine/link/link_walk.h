// How LinkGraph goes from name to name. A part of it; nobody else includes this.
#pragma once

#include <optional>

#include "engine/link/link_graph.h"

namespace tocsin {

// Outwards from some names, each from a set of times on; a time that gets to a name is not taken
// through it again.
class LinkGraph::Spread {
 public:
  Spread(const LinkGraph& graph, size_t reach) : graph_(graph), reach_(reach) {}

  // Nothing goes on through the name at these times; else what the graph knows of it counts.
  void set_hub(NameId name, TimeSet times) { hubs_[name] = std::move(times); }
  const TimeSet& hub(NameId name) const;
  void begin(NameId name, const TimeSet& times);
  // Names that are got to in fewer hops at these times do not count.
  void unseen_before(int hops, TimeSet times);

  // All names that are got to, the first ones included.
  std::vector<NameId> run(int hops);

 private:
  using Times = boost::unordered_flat_map<NameId, TimeSet>;
  void step(const Times& from, Times& to) const;

  const LinkGraph& graph_;
  const size_t reach_;
  Times hubs_;
  Times begun_;
  int seen_from_ = 0;
  TimeSet unseen_;
};

// From one name to all within reach, with the shortest path to each at every time.
class LinkGraph::Walk {
 public:
  Walk(const LinkGraph& graph, size_t reach, NameId from);

  ReachHistory run();

 private:
  struct Step {  // of a path; the way back to where it began
    uint32_t before;
    NameId name;
  };
  struct Part {  // of the time for which a name is within reach: by this path
    Interval time;
    uint32_t path;
  };
  using Parts = boost::unordered_flat_map<NameId, std::vector<Part>>;

  // Those that are one hop further, where they are not nearer already.
  Parts next(const Parts& nearest);
  std::vector<Part> best(std::vector<Part> found, const std::vector<Part>& nearer) const;
  TimeSet goes_on(NameId name, const std::vector<Part>& parts);
  void note_beyond();
  uint32_t longer(uint32_t path, NameId name);
  bool comes_first(uint32_t a, uint32_t b) const;  // both of one length
  std::string text_of(uint32_t path) const;
  int hops_of(uint32_t path) const;
  void add_stays(NameId name, std::vector<Part> parts, ReachHistory& history) const;

  const LinkGraph& graph_;
  const size_t reach_;
  const NameId from_;
  std::vector<Step> paths_;
  Parts found_;  // but for `from`
  TimeSet beyond_;
};

}  // namespace tocsin
