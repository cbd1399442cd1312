// Which domains there are: each rule's key, on the first layer where all that it reads has come
// together.
//
// A key's parts are fields of the record, else of the subject's profile as of the record's time.
// Only the domain of the subject can look that up, so such records take a way round: the subject's
// fold puts them out again with their key (plan::RekeyPlan), one layer further on.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "rules-dsl/syntax/ast.h"

namespace tocsin::plan {

using KeyNames = std::vector<std::string>;  // of a key's parts; none: the subject

// A domain, in the order in which they are numbered: by layer, the subject first, then by the names
// of the key's parts.
struct Place {
  uint32_t layer = 0;
  KeyNames key;
  bool across = false;  // apart, since copies of others' records come there
  friend auto operator<=>(const Place&, const Place&) = default;
};

// Records of this type have to be put out again for this key.
struct Rekey {
  int record = 0;
  KeyNames key;
  friend auto operator<=>(const Rekey&, const Rekey&) = default;
};

struct Places {
  std::vector<Place> rules;    // by Policy::rules
  std::vector<Place> scores;   // by Policy::scores: of what is told of them
  std::vector<Place> samples;  // the same
  std::vector<Place> domains;  // each once, in order; the first is that of the subject on layer 0
  std::vector<std::vector<Rekey>> rekeys;  // by layer, for its domain of the subject
};
Places places_of(const dsl::Policy& policy);

// Where records of a type have a key from.
enum class KeySource : uint8_t { kNone, kOwnFields, kProfile };
KeySource key_source(const dsl::Policy& policy, int record, const KeyNames& key);

// Index into Profile::fields; -1: none.
int profile_field_named(const dsl::Profile& profile, const std::string& name);

}  // namespace tocsin::plan
