// What a message tells of. Subscribers get warnings unless they ask for more.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tocsin {

enum class Kind : uint8_t {
  kWarning,
  kGrade,       // a score's grade changed
  kAssessment,  // score and grade at a period's start
  kDraw,        // a sample has drawn the subject
};
inline constexpr std::array<std::string_view, 4> kKindNames = {"warning", "grade", "assessment",
                                                               "draw"};

inline std::string_view name_of(Kind kind) { return kKindNames[static_cast<size_t>(kind)]; }

inline std::optional<Kind> kind_named(std::string_view name) {
  for (size_t i = 0; i < kKindNames.size(); ++i) {
    if (kKindNames[i] == name) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

// Warnings only, to begin with.
class Kinds {
 public:
  static Kinds none() { return Kinds(0); }
  static Kinds all() { return Kinds((1u << kKindNames.size()) - 1); }
  Kinds() : Kinds(1u << static_cast<unsigned>(Kind::kWarning)) {}

  bool has(Kind kind) const { return (bits_ >> static_cast<unsigned>(kind) & 1) != 0; }
  void add(Kind kind) { bits_ |= 1u << static_cast<unsigned>(kind); }

 private:
  explicit Kinds(unsigned bits) : bits_(bits) {}
  unsigned bits_;
};

}  // namespace tocsin
