#include "rules-dsl/plan/domain_places.h"

#include <algorithm>
#include <set>

#include "rules-dsl/check/fields.h"

namespace tocsin::plan {

namespace {

KeyNames key_of(const dsl::RuleDecl& rule) {
  KeyNames names;
  for (const dsl::Identifier& part : rule.by) names.push_back(part.text);
  return names;
}

// Whose rows decide what the rule says: the types that it reads, and those whose records let its
// key exist. With one part, the record that the profile has the key from lets it exist; with
// several, no single record may have them all.
std::set<int> types_of(const dsl::Policy& policy, const dsl::RuleDecl& rule) {
  std::set<int> types = rule.reads;
  for (size_t i = 0; i < policy.records.size() && rule.by.size() > 1; ++i) {
    if (policy.records[i].origin == dsl::Origin::kDeclared) types.insert(static_cast<int>(i));
  }
  return types;
}

class PlaceFinder {
 public:
  explicit PlaceFinder(const dsl::Policy& policy) : policy_(policy) {
    places_.rules.resize(policy.rules.size());
  }

  Places find() {
    for (int number : policy_.rule_order) place_rule(static_cast<size_t>(number));
    places_.domains = places_.rules;
    places_.domains.push_back({});
    for (const dsl::ScoreDecl& score : policy_.scores) {
      places_.scores.push_back({layer_of_reads(score.reads, score.across), {}, score.across});
    }
    for (const dsl::SampleDecl& sample : policy_.samples) {
      places_.samples.push_back({layer_of_reads(sample.reads, sample.across), {}, sample.across});
    }
    for (const auto* places : {&places_.scores, &places_.samples}) {
      places_.domains.insert(places_.domains.end(), places->begin(), places->end());
    }
    for (uint32_t layer = 0; layer < rekeys_.size(); ++layer) {
      places_.rekeys.emplace_back(rekeys_[layer].begin(), rekeys_[layer].end());
      if (!rekeys_[layer].empty()) places_.domains.push_back({layer, {}});
    }
    std::sort(places_.domains.begin(), places_.domains.end());
    const auto end = std::unique(places_.domains.begin(), places_.domains.end());
    places_.domains.erase(end, places_.domains.end());
    places_.rekeys.resize(places_.domains.back().layer + 1);
    return std::move(places_);
  }

 private:
  // The first layer whose domains get rows of the type.
  uint32_t layer_of_rows(int type) const {
    const dsl::RecordDecl& record = policy_.records[static_cast<size_t>(type)];
    if (record.origin == dsl::Origin::kDeclared) return 0;
    if (record.origin == dsl::Origin::kEnds) {
      const auto& of = policy_.records[static_cast<size_t>(record.source)];
      return of.origin == dsl::Origin::kDeclared ? 1 : layer_of_rows(record.source);
    }
    const auto source = static_cast<size_t>(record.source);
    if (record.origin == dsl::Origin::kChanges) {
      return layer_of_reads(policy_.scores[source].reads, policy_.scores[source].across) + 1;
    }
    return places_.rules[source].layer + 1;
  }

  // The first layer where the subject has all that is read; no rows of others come to the first.
  uint32_t layer_of_reads(const std::set<int>& reads, bool across) const {
    uint32_t layer = across ? 1 : 0;
    for (int type : reads) layer = std::max(layer, layer_of_rows(type));
    return layer;
  }

  void place_rule(size_t number) {
    const dsl::RuleDecl& rule = policy_.rules[number];
    Place& place = places_.rules[number];
    place.key = key_of(rule);
    place.across = rule.across;
    if (rule.across) place.layer = 1;
    for (int type : types_of(policy_, rule)) {
      const uint32_t layer = layer_of_rows(type);
      const KeySource source = key_source(policy_, type, place.key);
      if (source == KeySource::kNone) continue;
      place.layer = std::max(place.layer, layer + (source == KeySource::kProfile ? 1 : 0));
      if (source != KeySource::kProfile) continue;
      if (rekeys_.size() <= layer) rekeys_.resize(layer + 1);
      rekeys_[layer].insert({type, place.key});
    }
  }

  const dsl::Policy& policy_;
  Places places_;
  std::vector<std::set<Rekey>> rekeys_;  // by layer
};

}  // namespace

Places places_of(const dsl::Policy& policy) { return PlaceFinder(policy).find(); }

KeySource key_source(const dsl::Policy& policy, int record, const KeyNames& key) {
  const dsl::RecordDecl& declared = policy.records[static_cast<size_t>(record)];
  KeySource source = KeySource::kOwnFields;
  for (const std::string& part : key) {
    if (dsl::find_field(declared, part) >= 0) continue;
    if (profile_field_named(policy.profile, part) < 0) return KeySource::kNone;
    source = KeySource::kProfile;
  }
  return source;
}

int profile_field_named(const dsl::Profile& profile, const std::string& name) {
  const auto found = std::find_if(profile.fields.begin(), profile.fields.end(),
                                  [&](const auto& field) { return field.name.text == name; });
  return found == profile.fields.end() ? -1 : static_cast<int>(found - profile.fields.begin());
}

}  // namespace tocsin::plan
