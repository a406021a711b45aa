#include "console/widgets/unit_board.h"

#include "console/model/ageing.h"
#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <array>

#include <QPainter>

namespace ems::console {
namespace {

// left edges and widths; the place column takes what is left
struct Columns {
    explicit Columns(double width) : place{302, width - 302 - 72 - 78 - 6} {
        predicted = {place.left + place.width + 6, 66};
        age = {width - 78 - 12, 78};
    }
    struct Span {
        double left;
        double width;
    };
    Span state{12, 78};
    Span unit{96, 76};
    Span since{160, 76};
    Span incident{250, 50};
    Span place;
    Span predicted{};
    Span age{};
};

} // namespace

UnitBoard::UnitBoard(Desk& desk, QWidget* parent) : RowList(desk, parent) {
    setObjectName(QStringLiteral("unitBoard"));
    setAccessibleName(tr("Unit board"));
    setMinimumSize(520, 120);
    connect(this, &RowList::chosen, this, [this](qint64 id) {
        const auto* unit = desk_.state().unit(id);
        if (unit != nullptr && unit->incident_id() != 0) {
            desk_.selectIncident(unit->incident_id());
        }
    });
}

void UnitBoard::rebuild() {
    units_ = unit_rows(desk_.state());
    rows_.clear();
    rows_.push_back({metrics::kTableHeadHeight, 0});
    std::int64_t current = 0;
    const auto* unit = desk_.selectedUnit();
    const auto* candidate = desk_.state().selected_candidate();
    for (const auto& row : units_) {
        rows_.push_back({metrics::kUnitRowHeight, row.unit->id()});
        if (unit != nullptr ? row.unit->id() == unit->id()
                            : candidate != nullptr && row.unit->id() == candidate->unit_id()) {
            current = row.unit->id();
        }
    }
    setCurrent(current);
}

void UnitBoard::paintHead(QPainter& p, const QRect& box) const {
    const Theme& theme = desk_.theme();
    const Columns c{static_cast<double>(box.width())};
    const QColor ink = theme.color(desk_.isStale() ? Token::st_text : Token::text_3);
    const auto head = [&](Columns::Span span, int flags, const QString& text) {
        paint_text(p, {span.left, static_cast<double>(box.top()), span.width, static_cast<double>(box.height())},
                   flags | Qt::AlignVCenter, text, metrics::kCaptionPx, Weight::normal, ink);
    };
    head(c.state, 0, tr("State"));
    head(c.unit, 0, tr("Unit"));
    head(c.since, Qt::AlignRight, tr("In state"));
    head(c.incident, 0, tr("Incident"));
    head(c.place, 0, tr("Place · destination"));
    head(c.predicted, Qt::AlignRight, tr("Expected"));
    head(c.age, Qt::AlignRight, tr("Pos. age"));
    p.fillRect(QRect{box.left(), box.bottom(), box.width(), 1}, theme.color(Token::line));
}

QString UnitBoard::placeText(const UnitRow& row) const {
    const auto& state = desk_.state();
    const auto hospital = state.hospitals().find(row.unit->destination_hospital_id());
    switch (row.unit->state()) {
    case ems::wire::UNIT_AVAILABLE: {
        const auto station = state.stations().find(row.unit->station_id());
        return station == state.stations().end() ? QString{} : qs(station->second.name());
    }
    case ems::wire::UNIT_ASSIGNED:
    case ems::wire::UNIT_ACKNOWLEDGED:
    case ems::wire::UNIT_EN_ROUTE:
        return row.incident == nullptr ? QString{} : QStringLiteral("→ ") + qs(row.incident->address());
    case ems::wire::UNIT_AT_SCENE:
    case ems::wire::UNIT_AT_PATIENT:
        return row.incident == nullptr ? QString{} : qs(row.incident->address());
    case ems::wire::UNIT_TRANSPORTING:
        return hospital == state.hospitals().end() ? QStringLiteral("→ ") + tr("hospital")
                                                   : QStringLiteral("→ ") + qs(hospital->second.name());
    case ems::wire::UNIT_AT_HOSPITAL:
    case ems::wire::UNIT_HANDOVER:
        return hospital == state.hospitals().end() ? tr("hospital") : qs(hospital->second.name());
    case ems::wire::UNIT_CLEARING:
    case ems::wire::UNIT_RETURNING: {
        const auto station = state.stations().find(row.unit->station_id());
        return station == state.stations().end() ? QString{} : QStringLiteral("→ ") + qs(station->second.name());
    }
    default:
        return {};
    }
}

void UnitBoard::paintAge(QPainter& p, const QRectF& box, const UnitRow& row) const {
    const Theme& theme = desk_.theme();
    const auto age = desk_.state().position_age_ms(row.unit->id(), desk_.localUs());
    if (!age) {
        paint_text(p, box, Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("—"), metrics::kBodyPx, Weight::normal,
                   theme.color(Token::text_3));
        return;
    }
    const Freshness fresh = freshness(*age, kPositionAge);
    const bool gone = desk_.isStale() || fresh == Freshness::lost;
    const QString by = row.position == nullptr ? QString{} : Words::positionBy(*row.position);
    const QString text = (gone ? QStringLiteral("× ") : QString{}) + by + (by.isEmpty() ? QString{} : QStringLiteral(" ")) +
                         qs(age_text(*age * 1'000));
    paint_text(p, box, Qt::AlignRight | Qt::AlignVCenter, text, metrics::kBodyPx,
               fresh == Freshness::fresh ? Weight::normal : Weight::bold,
               theme.color(desk_.isStale() ? Token::st_text : Token::text_1), Elide::none);
}

void UnitBoard::paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) {
    if (index == 0) {
        paintHead(p, box);
        return;
    }
    const UnitRow& row = units_.at(index - 1);
    const Theme& theme = desk_.theme();
    const bool stale = desk_.isStale();
    const Columns c{static_cast<double>(box.width())};
    if (is_current) {
        paintSelection(p, box);
    }
    p.fillRect(QRect{box.left(), box.bottom(), box.width(), 1}, theme.color(Token::line));
    const QColor ink = theme.color(stale ? Token::st_text : Token::text_1);
    const QColor second = theme.color(stale ? Token::st_text : Token::text_2);
    const auto cell = [&](Columns::Span span, int flags, const QString& text, Weight weight, const QColor& color) {
        paint_text(p, {span.left, static_cast<double>(box.top()), span.width, static_cast<double>(box.height())},
                   flags | Qt::AlignVCenter, text, metrics::kBodyPx, weight, color);
    };
    const auto age = desk_.state().position_age_ms(row.unit->id(), desk_.localUs());
    const bool lost = stale || (age && freshness(*age, kPositionAge) != Freshness::fresh &&
                                freshness(*age, kPositionAge) != Freshness::late);
    paint_unit(p, theme, {c.state.left + 10, box.center().y() + 1.0}, row.unit->state(),
               row.position == nullptr ? 0 : row.position->course_cdeg() / 100.0,
               lost ? SymbolLook::lost : SymbolLook::normal, 0.85);
    paint_text(p, {c.state.left + 25, static_cast<double>(box.top()), 52, static_cast<double>(box.height())},
               Qt::AlignVCenter, Words::state(row.unit->state()), metrics::kBodyPx, Weight::normal, ink);
    cell(c.unit, 0, qs(row.unit->name()), Weight::bold, ink);
    cell(c.since, Qt::AlignRight, qs(elapsed_text(desk_.shownUs() - row.unit->state_since_us())), Weight::normal, ink);
    cell(c.incident, 0, row.incident == nullptr ? QStringLiteral("—") : qs(row.incident->number()), Weight::normal, ink);
    cell(c.place, 0, placeText(row), Weight::normal, second);
    const bool bound = row.assignment != nullptr && row.assignment->predicted_scene_us() != 0 &&
                       (row.unit->state() == ems::wire::UNIT_ASSIGNED || row.unit->state() == ems::wire::UNIT_ACKNOWLEDGED ||
                        row.unit->state() == ems::wire::UNIT_EN_ROUTE);
    cell(c.predicted, Qt::AlignRight,
         bound ? qs(clock_text(row.assignment->predicted_scene_us())).left(5) : QStringLiteral("—"), Weight::normal, ink);
    paintAge(p, {c.age.left, static_cast<double>(box.top()), c.age.width, static_cast<double>(box.height())}, row);
}

} // namespace ems::console
