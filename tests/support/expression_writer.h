// Random expressions as policy text, for generated policies. Compound ones stand in parentheses.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/support/choices.h"
#include "tests/support/schema.h"

namespace tocsin::testing {

struct LetName {
  std::string name;
  FieldKind kind;
  bool aggregates = true;     // cannot stand inside an aggregate
  bool subject_only = false;  // uses the profile
};

// What an expression may use where it stands.
struct WriterScope {
  struct Bound {
    std::string alias;
    size_t record;
  };
  std::vector<Bound> bound;
  std::optional<size_t> aggregated;  // the record that an aggregate runs over
  std::vector<ProfileName> by;       // parts of the key; none: by subject
  bool aggregates = true;
  bool key = true;  // the key and the profile
  std::vector<LetName> lets;
};

class ExpressionWriter {
 public:
  ExpressionWriter(const Schema& schema, Choices& choices) : schema_(schema), choices_(choices) {}

  std::string condition(const WriterScope& scope, int depth);
  std::string number(const WriterScope& scope, int depth);
  // Something that is not a literal, of any kind but float (whose text form is no contract).
  std::string shown(const WriterScope& scope);
  std::string counted(const WriterScope& scope, int depth) { return count(scope, "count", depth); }
  std::string duration();
  // A field of the record at hand (the aggregated one, else the last bound) equal to the same field
  // of an earlier bound one.
  std::optional<std::string> join(const WriterScope& scope);
  // A field, built-in, profile field, let, key or aggregate of this kind.
  std::optional<std::string> atom(const WriterScope& scope, FieldKind kind);

 private:
  std::string aggregate(const WriterScope& scope, const std::string& function, FieldKind value,
                        int depth);
  std::string count(const WriterScope& scope, const std::string& function, int depth);
  std::string selection(const WriterScope& scope, size_t record, int depth);
  std::string window();
  std::string across(const WriterScope& scope);
  std::string state(size_t record);
  std::optional<size_t> aggregated_record(const WriterScope& scope);
  void add_fields(std::vector<std::string>& atoms, size_t record, const std::string& prefix,
                  FieldKind kind) const;
  std::optional<std::string> lookup(const WriterScope& scope, FieldKind kind);
  void add_profile(std::vector<std::string>& atoms, FieldKind kind) const;

  std::string number_term(const WriterScope& scope, int depth);
  std::string compound_number(const WriterScope& scope, int depth);
  std::string counted_comparison(const WriterScope& scope, int depth);
  std::string number_comparison(const WriterScope& scope, int depth);
  std::string kind_comparison(const WriterScope& scope);
  std::string membership(const WriterScope& scope);
  std::string presence(const WriterScope& scope);
  std::string text_test(const WriterScope& scope);
  std::string text(const WriterScope& scope);

  const Schema& schema_;
  Choices& choices_;
};

}  // namespace tocsin::testing
