// Builds the expressions of one domain; equal nodes get one id (hash consing), so that a thousand
// rules with the same predicate share one.
#pragma once

#include <string>
#include <unordered_map>

#include "rules-dsl/plan/program.h"

namespace tocsin::plan {

// What the value of a node depends on, besides constants and the key.
struct Dependence {
  uint16_t bound = 0;  // bit k: the bound record k
  bool row = false;    // the record that an aggregate runs over
  bool aggregates = false;
  bool profile = false;

  Dependence& operator|=(const Dependence& other);
  bool needs_only_row() const { return bound == 0 && !aggregates && !profile; }
};

class CodeBuilder {
 public:
  explicit CodeBuilder(Code& code) : code_(code) {}

  NodeId constant(Value value);  // text is copied
  NodeId leaf(Op op, int scope, uint32_t index, Dependence depends);
  // Evaluated once a step, whoever asks. Requires: it depends on no record, bound or aggregated.
  NodeId remembered(NodeId a);
  NodeId unary(Op op, NodeId a);
  NodeId binary(Op op, NodeId a, NodeId b);
  NodeId in(NodeId value, std::vector<NodeId> items);
  // `place`: see Op::kLookup.
  NodeId lookup(NodeId key, uint32_t place) {
    return intern({Op::kLookup, 0, key, place}, depends_[key]);
  }
  NodeId matches(NodeId text, const std::string& pattern);

  const Dependence& depends(NodeId node) const { return depends_[node]; }

 private:
  NodeId intern(const Node& node, const Dependence& depends);

  struct NodeHash {
    size_t operator()(const Node& node) const;
  };
  Code& code_;
  std::vector<Dependence> depends_;
  std::unordered_map<Node, NodeId, NodeHash> known_;
  std::unordered_map<std::string, uint32_t> constants_;  // kind and bytes -> index
  std::unordered_map<std::string, uint32_t> patterns_;
  std::unordered_map<NodeId, uint32_t> remembered_;  // node -> its place among these
};

}  // namespace tocsin::plan
