#include "console/widgets/unit_board.h"

#include "console/model/address_words.h"
#include "console/model/ageing.h"
#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/order_words.h"
#include "console/widgets/spoken_rows.h"
#include "console/widgets/words.h"

#include <array>

#include <QKeyEvent>
#include <QMenu>
#include <QPainter>

namespace ems::console {
namespace {

// Left edges and widths. The place takes what is left; where that is too little, a line of its own under the unit's name.
// A lost server gives two lines at any width: a telephone number that is cut is none.
struct Columns {
    struct Span {
        double left;
        double width;
    };
    Columns(double width, const Desk& desk) : narrow{width < kNarrow || desk.isStale()} {
        age = {width - 78 - 12, 78};
        predicted = {age.left - 72, 66};
        place = narrow ? Span{unit.left, width - unit.left - 12} : Span{302, predicted.left - 302 - 6};
    }
    static constexpr double kNarrow = 560;
    Span state{12, 78};
    Span unit{96, 76};
    Span since{160, 76};
    Span incident{250, 50};
    Span place{};
    Span predicted{};
    Span age{};
    bool narrow;
};

constexpr int kTwoLineHeight = 48;
constexpr int kLine = 22; // of two
constexpr double kCallGap = 12;
constexpr double kPlaceLeast = 60; // of a place that is left after the call

} // namespace

UnitBoard::UnitBoard(Desk& desk, QWidget* parent) : RowList(desk, parent) {
    setObjectName(QStringLiteral("unitBoard"));
    setAccessibleName(tr("Unit board"));
    setMinimumSize(480, 120);
    connect(this, &RowList::chosen, this, [this](qint64 id) {
        own_ = id;
        const auto* unit = desk_.state().unit(id);
        if (unit != nullptr && unit->incident_id() != 0) {
            desk_.selectUnit(id);
        }
    });
}

void UnitBoard::rebuild() {
    units_ = unit_rows(desk_.state());
    rows_.clear();
    rows_.push_back({metrics::kTableHeadHeight, 0});
    const int row_height = Columns{static_cast<double>(width()), desk_}.narrow ? kTwoLineHeight : metrics::kUnitRowHeight;
    std::int64_t current = 0;
    const auto* unit = desk_.selectedUnit();
    const auto* candidate = desk_.state().selected_candidate();
    if (const auto* chosen = desk_.state().unit(desk_.chosenUnit()); chosen != nullptr && chosen->incident_id() == 0) { // on the map
        unit = chosen;
    }
    for (const auto& row : units_) {
        rows_.push_back({row_height, row.unit->id()});
        if (unit != nullptr ? row.unit->id() == unit->id()
                            : candidate != nullptr && row.unit->id() == candidate->unit_id()) {
            current = row.unit->id();
        }
    }
    if (hasFocus() && desk_.state().unit(own_) != nullptr) {
        current = own_;
    }
    setCurrent(current);
}

void UnitBoard::paintHead(QPainter& p, const QRect& box) const {
    const Theme& theme = desk_.theme();
    const Columns c{static_cast<double>(box.width()), desk_};
    const QColor ink = theme.color(desk_.isStale() ? Token::st_text : Token::text_3);
    const auto head = [&](Columns::Span span, int flags, const QString& text) {
        paint_text(p, {span.left, static_cast<double>(box.top()), span.width, static_cast<double>(box.height())},
                   flags | Qt::AlignVCenter, text, metrics::kCaptionPx, Weight::normal, ink);
    };
    head(c.state, 0, tr("State"));
    head(c.unit, 0, tr("Unit"));
    head(c.since, Qt::AlignRight, tr("In state"));
    head(c.incident, 0, tr("Incident"));
    if (!c.narrow) {
        head(c.place, 0, tr("Place · to"));
    }
    head(c.predicted, Qt::AlignRight, tr("Expected"));
    head(c.age, Qt::AlignRight, tr("Pos. age"));
    p.fillRect(QRect{box.left(), box.bottom(), box.width(), 1}, theme.color(Token::line));
}

// All of it, as it is spoken and told in the tip.
QString UnitBoard::placeText(const UnitRow& row) const {
    return placeText(row, row.incident == nullptr ? QString{} : qs(row.incident->address()));
}

QString UnitBoard::placeText(const UnitRow& row, const QString& address) const {
    const auto& state = desk_.state();
    if (const auto* proposal = state.centre().proposal_of(row.unit->id())) {
        return tr("fence %1 %2? Y N").arg(Words::suggested(proposal->state()), qs(clock_text(proposal->at_us())).left(5));
    }
    if (const auto* posting = state.centre().posting_of(row.unit->id()); posting != nullptr && row.unit->incident_id() == 0) {
        return OrderWords::postingKind(posting->kind()) +
               (posting->state() == "arrived" ? QStringLiteral(" ") : QStringLiteral(" → ")) + qs(posting->name());
    }
    const auto hospital = state.hospitals().find(row.unit->destination_hospital_id());
    switch (row.unit->state()) {
    case ems::wire::UNIT_AVAILABLE: {
        const auto station = state.stations().find(row.unit->station_id());
        return station == state.stations().end() ? QString{} : qs(station->second.name());
    }
    case ems::wire::UNIT_ASSIGNED:
    case ems::wire::UNIT_ACKNOWLEDGED:
    case ems::wire::UNIT_EN_ROUTE:
        return row.incident == nullptr ? QString{} : QStringLiteral("→ ") + address;
    case ems::wire::UNIT_AT_SCENE:
    case ems::wire::UNIT_AT_PATIENT:
        return address;
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

// What a fence asks stands without its time, which timeShown() has, and an address that has no room without its township.
QString UnitBoard::placeShown(const UnitRow& row, double width) const {
    if (const auto* proposal = desk_.state().centre().proposal_of(row.unit->id())) {
        return tr("%1? Y N").arg(Words::suggested(proposal->state()));
    }
    const QString whole = placeText(row);
    return row.incident == nullptr || text_width(whole, metrics::kBodyPx) <= width
               ? whole
               : placeText(row, qs(std::string{without_township(row.incident->address())}));
}

QString UnitBoard::timeShown(const UnitRow& row) const {
    if (const auto* proposal = desk_.state().centre().proposal_of(row.unit->id())) {
        return qs(clock_text(proposal->at_us())).left(5);
    }
    const std::int64_t expected = expected_us(desk_.state(), *row.unit);
    return expected == 0 ? QStringLiteral("—") : qs(clock_text(expected)).left(5);
}

// Nothing can be ordered without a server, so how to call the crew counts before where it was to go.
void UnitBoard::paintPlace(QPainter& p, const QRectF& box, const UnitRow& row) const {
    const bool stale = desk_.isStale();
    const QColor ink = desk_.theme().color(stale ? Token::st_text : Token::text_2);
    const QString call = stale ? Words::crewCall(*row.unit) : QString{};
    paint_text(p, box, Qt::AlignVCenter, call, metrics::kBodyPx, Weight::bold, ink);
    const double used = call.isEmpty() ? 0 : text_width(call, metrics::kBodyPx, Weight::bold) + kCallGap;
    if (used + kPlaceLeast <= box.width()) {
        paint_text(p, box.adjusted(used, 0, 0, 0), Qt::AlignVCenter, placeShown(row, box.width() - used), metrics::kBodyPx, Weight::normal, ink);
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
    const bool stale = desk_.isStale(*row.unit);
    const bool gone = stale || fresh == Freshness::lost;
    const QString by = row.position == nullptr ? QString{} : Words::positionBy(*row.position);
    const QString text = (gone ? QStringLiteral("× ") : QString{}) + by + (by.isEmpty() ? QString{} : QStringLiteral(" ")) +
                         qs(age_text(*age * 1'000));
    paint_text(p, box, Qt::AlignRight | Qt::AlignVCenter, text, metrics::kBodyPx,
               fresh == Freshness::fresh ? Weight::normal : Weight::bold,
               theme.color(stale ? Token::st_text : Token::text_1), Elide::none);
}

void UnitBoard::paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) {
    if (index == 0) {
        paintHead(p, box);
        return;
    }
    const UnitRow& row = units_.at(index - 1);
    const Theme& theme = desk_.theme();
    const bool stale = desk_.isStale();
    const Columns c{static_cast<double>(box.width()), desk_};
    if (is_current) {
        paintSelection(p, box);
    }
    p.fillRect(QRect{box.left(), box.bottom(), box.width(), 1}, theme.color(Token::line));
    const QColor ink = theme.color(stale ? Token::st_text : Token::text_1);
    const QRectF line = c.narrow ? QRectF(box.left(), box.top() + 3, box.width(), kLine) : QRectF{box};
    const auto cell = [&](Columns::Span span, int flags, const QString& text, Weight weight, const QColor& color) {
        paint_text(p, {span.left, line.top(), span.width, line.height()}, flags | Qt::AlignVCenter, text, metrics::kBodyPx,
                   weight, color);
    };
    const auto age = desk_.state().position_age_ms(row.unit->id(), desk_.localUs());
    paint_unit(p, theme, {c.state.left + 10, line.center().y() + 1.0}, row.unit->state(),
               row.position == nullptr ? 0 : row.position->course_cdeg() / 100.0,
               desk_.lookOf(*row.unit, age.value_or(0)), 0.85);
    paint_text(p, {c.state.left + 25, line.top(), 56, line.height()}, Qt::AlignVCenter, Words::state(row.unit->state()),
               metrics::kBodyPx, Weight::normal, ink);
    cell(c.unit, 0, qs(row.unit->name()), Weight::bold, ink);
    cell(c.since, Qt::AlignRight, qs(elapsed_text(desk_.shownUs() - row.unit->state_since_us())), Weight::normal, ink);
    cell(c.incident, 0, row.incident == nullptr ? QStringLiteral("—") : qs(row.incident->number()), Weight::normal, ink);
    paintPlace(p, {c.place.left, c.narrow ? line.bottom() : line.top(), c.place.width, line.height()}, row);
    cell(c.predicted, Qt::AlignRight, timeShown(row), Weight::normal, ink);
    paintAge(p, {c.age.left, line.top(), c.age.width, line.height()}, row);
}

QString UnitBoard::spokenRow(std::size_t index) const {
    const UnitRow& row = units_.at(index - 1);
    return SpokenRows::unitRow(desk_, row, placeText(row));
}

QString UnitBoard::rowTip(std::size_t index) const {
    const UnitRow& row = units_.at(index - 1);
    QStringList parts{placeText(row), Words::crewCall(*row.unit)};
    parts.removeAll(QString{});
    return parts.isEmpty() ? QString{} : qs(row.unit->name()) + QStringLiteral(" · ") + parts.join(QStringLiteral(" · "));
}

// The unit's name stands in the line; the person adds the rest and reads what will be done.
void UnitBoard::begin(const char* letters, const api::Unit& unit) {
    QString text = QString::fromLatin1(letters) + QStringLiteral(" ") + qs(unit.name()) + QStringLiteral(" ");
    const auto* incident = desk_.state().incident(desk_.state().selected_incident());
    const bool wants_case = text.startsWith(QStringLiteral("P ")) || text.startsWith(QStringLiteral("ZP ")) ||
                            text.startsWith(QStringLiteral("GP "));
    if (wants_case && incident != nullptr && incident->id() != unit.incident_id()) {
        text += qs(incident->number()) + QStringLiteral(" ");
    }
    emit commandBegun(text);
}

namespace {

struct UnitVerb {
    int key;
    Verb verb;
    bool on_task; // offered for units that are, else for those that can be sent
    bool always;
};
constexpr std::array<UnitVerb, 18> kUnitVerbs{{
    {Qt::Key_P, Verb::send, false, false},
    {Qt::Key_A, Verb::add, false, false},
    {Qt::Key_D, Verb::standby, false, false},
    {Qt::Key_F, Verb::relocate, false, false},
    {Qt::Key_R, Verb::go_home, false, false},
    {Qt::Key_W, Verb::end_posting, false, false},
    {Qt::Key_H, Verb::swap, true, false},
    {Qt::Key_G, Verb::divert, true, false},
    {Qt::Key_C, Verb::cancel, true, false},
    {Qt::Key_J, Verb::refuse, true, false},
    {Qt::Key_T, Verb::correct, true, false},
    {Qt::Key_Z, Verb::destination, true, false},
    {Qt::Key_S, Verb::state, false, true},
    {Qt::Key_B, Verb::breakdown, false, true},
    {Qt::Key_L, Verb::route, false, true},
    {Qt::Key_E, Verb::follow, false, true},
    {Qt::Key_U, Verb::fuel, false, true},
    {Qt::Key_O, Verb::told_place, false, true},
}};

} // namespace

void UnitBoard::openMenu() {
    const auto* unit = desk_.state().unit(current());
    if (unit == nullptr) {
        return;
    }
    QMenu menu{this};
    menu.setAccessibleName(tr("What can be done with %1").arg(qs(unit->name())));
    if (const QString call = Words::crewCall(*unit); !call.isEmpty()) {
        menu.addAction(call)->setEnabled(false);
        menu.addSeparator();
    }
    const bool on_task = desk_.state().task_of(unit->id()) != nullptr;
    const bool posted = desk_.state().centre().posting_of(unit->id()) != nullptr;
    const std::int64_t id = unit->id();
    for (const UnitVerb& one : kUnitVerbs) {
        const bool fits = one.always || one.on_task == on_task;
        if (!fits || (one.verb == Verb::end_posting && !posted)) {
            continue;
        }
        const VerbRow& row = row_of(one.verb);
        const QString letters = QString::fromLatin1(row.letters.data(), static_cast<qsizetype>(row.letters.size()));
        const QString chinese = QString::fromUtf8(row.chinese.data(), static_cast<qsizetype>(row.chinese.size()));
        menu.addAction(QStringLiteral("&%1　%2　%3").arg(QChar{one.key}).arg(chinese, OrderWords::verb(one.verb)), this,
                       [this, id, letters] {
                           if (const auto* still = desk_.state().unit(id)) {
                               begin(letters.toLatin1().constData(), *still);
                           }
                       });
    }
    menu.exec(mapToGlobal(QPoint{width() / 4, height() / 4}));
}

void UnitBoard::keyPressEvent(QKeyEvent* event) {
    const auto* unit = desk_.state().unit(current());
    const bool plain = event->modifiers() == Qt::NoModifier;
    if (unit != nullptr && plain) {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
            openMenu();
            return;
        }
        if (event->key() == Qt::Key_Y || event->key() == Qt::Key_N) {
            begin(event->key() == Qt::Key_Y ? "QR" : "FR", *unit);
            return;
        }
        for (const UnitVerb& one : kUnitVerbs) {
            if (one.key == event->key()) {
                const VerbRow& row = row_of(one.verb);
                begin(std::string{row.letters}.c_str(), *unit);
                return;
            }
        }
    }
    RowList::keyPressEvent(event);
}

void UnitBoard::mouseDoubleClickEvent(QMouseEvent* /*event*/) {
    openMenu();
}

// Who is reached within 15 minutes now, and once the chosen unit has gone.
void UnitBoard::paintRest(QPainter& p, const QRect& box) {
    const auto& state = desk_.state();
    const auto* coverage = state.centre().coverage();
    if (coverage == nullptr || box.height() < 44 || coverage->whole().population() <= 0) {
        return;
    }
    const Theme& theme = desk_.theme();
    const QColor ink = theme.color(desk_.isStale() ? Token::st_text : Token::text_1);
    const QColor grey = theme.color(desk_.isStale() ? Token::st_text : Token::text_3);
    int townships = 0;
    for (const auto& township : coverage->townships()) {
        townships += township.villages() == township.villages_covered() ? 1 : 0;
    }
    const double share = coverage->whole().population_covered() / coverage->whole().population();
    const auto half = [&](double x, const QString& head, const QString& text) {
        paint_text(p, {x, box.top() + 4.0, box.width() / 2.0 - 12, 16}, Qt::AlignVCenter, head, metrics::kCaptionPx,
                   Weight::normal, grey);
        paint_text(p, {x, box.top() + 20.0, box.width() / 2.0 - 12, 24}, Qt::AlignVCenter, text, 16, Weight::bold, ink);
    };
    half(12, tr("15 min coverage (now, %1)").arg(qs(clock_text(coverage->computed_us()))),
         tr("%1 / %2 townships · %3 % of people")
             .arg(townships)
             .arg(coverage->townships_size())
             .arg(100 * share, 0, 'f', 1));
    const auto* candidate = state.selected_candidate();
    const auto* unit = candidate == nullptr ? nullptr : state.unit(candidate->unit_id());
    if (unit != nullptr && candidate->has_loss()) {
        half(box.width() / 2.0, tr("once %1 is sent").arg(qs(unit->name())),
             tr("%1 % of people").arg(100 * std::max(0.0, share - candidate->loss().share()), 0, 'f', 1));
    }
}

} // namespace ems::console
