// What lies where in a service's data folder (tocsin run --data).
#pragma once

namespace tocsin {

inline constexpr char kJournalFolder[] =
    "journal";                                   // the truth; its lock file guards the whole folder
inline constexpr char kStateFolder[] = "state";  // LMDB; may be deleted, it is rebuilt

}  // namespace tocsin
