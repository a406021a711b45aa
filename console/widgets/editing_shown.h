// The words and the mark for who else has a case open to change. No alarm, and never in the colour of one.
#pragma once

#include <cstdint>

#include "console/widgets/desk.h"

#include <QColor>
#include <QCoreApplication>
#include <QPainter>
#include <QRectF>
#include <QString>

namespace ems::console {

class EditingShown {
    Q_DECLARE_TR_FUNCTIONS(ems::console::EditingShown)
  public:
    // "Li Min (desk 2) editing", of several "Li Min (desk 2) +1 editing"; empty: nobody else.
    static QString text(const Desk& desk, std::int64_t incident_id);
    // To whoever has it in his form: that, and whose words stand. Empty: nobody else.
    static QString warning(const Desk& desk, std::int64_t incident_id);
    static void paintPencil(QPainter& p, const QRectF& box, const QColor& ink);

  private:
    static QString names(const Desk& desk, std::int64_t incident_id);
};

} // namespace ems::console
