// What became of an attempt to reach a server, in words for whoever sits at the desk: what is wrong, and who can mend it how.
#pragma once

#include "dispatch/client/connect_trial.h"

#include <QCoreApplication>
#include <QString>

namespace ems::console {

class ConnectionWords {
    Q_DECLARE_TR_FUNCTIONS(ems::console::ConnectionWords)
  public:
    [[nodiscard]] static QString step(client::ConnectStep step);
    // Empty unless the attempt failed.
    [[nodiscard]] static QString cause(const client::ConnectTrial& trial);
    [[nodiscard]] static QString advice(const client::ConnectTrial& trial);
};

} // namespace ems::console
