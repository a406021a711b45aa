// What was done by voice, and what the server says of it, in words.
#pragma once

#include "console/model/outage_compare.h"
#include "console/widgets/desk.h"

#include <QCoreApplication>
#include <QString>

namespace ems::console {

class OutageWords {
    Q_DECLARE_TR_FUNCTIONS(ems::console::OutageWords)
  public:
    [[nodiscard]] static QString deed(OutageDeed deed);
    // What is to be typed for it.
    [[nodiscard]] static QString usage(OutageDeed deed);
    // "sent Xizhang 01 → 0034 · at the gate"
    [[nodiscard]] static QString entry(const OutageEntry& entry);
    // The clock, with the date when it is of another day.
    [[nodiscard]] static QString at(std::int64_t at_us, std::int64_t now_us);
    [[nodiscard]] static QString standing(Standing standing);
    [[nodiscard]] static QString server(const Desk& desk, const OutageEntry& entry, const OutageRow& row);
    // The reason that prepared lines give.
    [[nodiscard]] static QString reason();

  private:
    [[nodiscard]] static QString serverUnit(const Desk& desk, const OutageRow& row);
    [[nodiscard]] static QString opened(const Desk& desk, std::int64_t since_us);
};

} // namespace ems::console
