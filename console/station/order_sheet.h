// An order on paper, A5: what the crew has to know when it walks to its vehicle. As a PDF, and on a
// printer of CUPS. Made on the GUI thread, written on any.
#pragma once

#include "console/station/station_board.h"
#include "telemetry/base/result.h"

#include <QCoreApplication>
#include <QPainter>
#include <QRectF>
#include <QString>
#include <QStringList>

namespace ems::console {

class OrderSheet {
    Q_DECLARE_TR_FUNCTIONS(ems::console::OrderSheet)
  public:
    // The texts are taken now and are what is printed, whatever becomes of the case.
    OrderSheet(const DeskState& state, const StationCase& order, const QString& station);

    // The sheet fills `page`; `px_per_mm` of the painter.
    void paint(QPainter& p, const QRectF& page, double px_per_mm) const;
    // "20260318-0034-7-席张01.pdf": day, number of the case, order, unit.
    [[nodiscard]] QString fileName() const { return file_; }
    // Each line that is printed, top to bottom.
    [[nodiscard]] QStringList lines() const;

  private:
    struct Row {
        QString caption;
        QString text;
    };
    QString head_;
    QString title_;
    std::vector<Row> rows_;
    QStringList blanks_; // captions of the lines that are filled in by hand, at the foot of the page
    QString file_;
};

// Into an existing folder, replacing what was there. Errors: io.
[[nodiscard]] Result<void> write_order_pdf(const OrderSheet& sheet, const QString& folder);
// Errors: not_found when there is no printer of this name, io when it takes nothing.
[[nodiscard]] Result<void> print_order(const OrderSheet& sheet, const QString& printer);

} // namespace ems::console
