// Each user's unsent call at a seat in a file of its own, so that nobody is shown what another had typed.
#pragma once

#include <QString>

namespace ems::console {

// `base` is the configured file; empty: nothing is kept. A file of `base` itself, from before there was one for each user, goes
// to the first who logs in: an unsent call is lost to nobody.
QString draft_of_user(const QString& base, const QString& user);

} // namespace ems::console
