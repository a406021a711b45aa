// One number of the patient as the vehicle's monitor says it: the value, its unit and age, and beside it the limits in
// force, grey with it. A number with a standing alarm is reversed in its colour.
#pragma once

#include <array>

#include "console/theme/theme.h"
#include "telemetry/signal/vitals/vital_board.h"
#include "vehicle/terminal/vehicle_socket.h"

#include <QColor>
#include <QCoreApplication>
#include <QRectF>
#include <QString>

class QPainter;
class QWidget;

namespace ems::terminal {

class VitalTile {
    Q_DECLARE_TR_FUNCTIONS(ems::terminal::VitalTile)
  public:
    struct Number {
        const char* caption;
        signal::VitalKind kind;
        console::Token token;
    };
    static const std::array<Number, 4>& large();
    static const std::array<Number, 2>& low(); // half as high

    // Of a page that paints; everything outlives it. The board's ages run from the vehicle's word on.
    VitalTile(const QWidget& page, const console::Theme& theme, const VehicleSocket& vehicle,
              const signal::VitalBoard& board)
        : page_(page), theme_(theme), vehicle_(vehicle), board_(board) {}

    void paint(QPainter& p, const QRectF& box, const Number& number) const;
    void paintLow(QPainter& p, const QRectF& box, const Number& number) const;
    // "Heart rate 104 /min, ≤ 120, ≥ 50"
    [[nodiscard]] QString spoken(const Number& number) const;

  private:
    struct Limits {
        QString high; // "≤ 120"; empty: none
        QString low;
        QString range; // "50–120"
    };
    struct Face {
        signal::VitalSign sign;
        QString text;
        Limits limits;
        const vehicle::StandingAlarm* alarm{nullptr};
        bool loud{false}; // and asks for somebody now
        QColor value;
        QColor plain;
        QColor small;
        QColor limit;
    };
    [[nodiscard]] Face face(const Number& number) const;
    [[nodiscard]] Limits limits(signal::VitalKind kind) const;
    [[nodiscard]] QString valueText(const signal::VitalSign& sign) const;
    // Why there is no number, or how old it is; the first that fits `room`.
    [[nodiscard]] QString foot(const signal::VitalSign& sign, double room) const;
    void paintGround(QPainter& p, const QRectF& box, const Face& face) const;
    [[nodiscard]] double paintLimits(QPainter& p, const QRectF& in, const Face& face) const; // their width

    const QWidget& page_;
    const console::Theme& theme_;
    const VehicleSocket& vehicle_;
    const signal::VitalBoard& board_;
};

} // namespace ems::terminal
