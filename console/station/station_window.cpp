#include "console/station/station_window.h"

#include "console/station/board_button.h"
#include "console/station/board_text.h"
#include "console/theme/map_note.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/controls.h"
#include "console/widgets/map_view.h"
#include "console/widgets/words.h"
#include "telemetry/base/log.h"

#include <algorithm>
#include <utility>

#include <QKeyEvent>
#include <QPainter>

namespace ems::console {
namespace {

// Of 1920 x 1080.
constexpr double kHead = 72;
constexpr double kFoot = 36;
constexpr double kNote = 30;
constexpr double kGap = 4;
constexpr double kLeft = 1'180; // cases; the units lie right of them, the map below both or, where they need the height, above the units
constexpr double kCase = 236;
constexpr double kMore = 44;
constexpr double kUnitRow = 52;
constexpr std::size_t kUnitsMost = 9;
constexpr double kUnitsEdge = 16; // above and below the rows
constexpr double kPrint = 70;     // the button's room
constexpr double kBandShareMost = 0.55; // of the height, of cases and units above the map
constexpr double kMargin = 24;
constexpr int kLookMs = 200;

} // namespace

StationWindow::StationWindow(Desk& desk, QString station, const map::Scene* scene, SoundOut* out,
                             Print print)
    : desk_(desk), station_(std::move(station)), map_(new MapView(desk, this)),
      acknowledge_(new BoardButton{desk.theme(), BoardButton::Kind::main, tr("Heard — F8"), this}),
      print_again_(
          new BoardButton{desk.theme(), BoardButton::Kind::plain, tr("Print again — P"), this}),
      print_(std::move(print)) {
    if (out != nullptr) {
        player_.emplace(*out);
    }
    setObjectName(QStringLiteral("stationWindow"));
    setWindowTitle(tr("Station board"));
    setAccessibleName(windowTitle());
    setFocusPolicy(Qt::StrongFocus);
    map_->setScene(scene);
    map_->showForWall();
    connect(acknowledge_, &QAbstractButton::clicked, this, &StationWindow::acknowledge);
    connect(print_again_, &QAbstractButton::clicked, this, &StationWindow::printNewest);
    const auto repaint = qOverload<>(&QWidget::update);
    connect(&desk_, &Desk::stateChanged, this, &StationWindow::follow);
    connect(&desk_, &Desk::ticked, this, repaint);
    connect(&desk_.theme(), &Theme::changed, this, repaint);
    connect(&sounding_, &QTimer::timeout, this, &StationWindow::watchLink);
    sounding_.start(kLookMs);
    resize(1920, 1080);
    follow();
}

double StationWindow::unit() const {
    return std::min(width() / 1920.0, height() / 1080.0);
}

std::int64_t StationWindow::stationId() const {
    const api::Station* station = station_named(desk_.state(), station_.toStdString());
    return station == nullptr ? 0 : station->id();
}

void StationWindow::follow() {
    const std::int64_t station = stationId();
    const auto fresh = orders_.follow(desk_.state(), station);
    for (const StationCase& one : station_cases(desk_.state(), station)) {
        if (std::find(fresh.begin(), fresh.end(), one.assignment->id()) != fresh.end()) {
            EMS_LOG(info, "station", "new order assignment={}", one.assignment->id());
            put(one);
        }
    }
    if (!fresh.empty()) {
        raise();
    }
    watchLink();
    arrange();
}

void StationWindow::watchLink() {
    const bool was_loud = link_.isLoud();
    link_.follow(desk_.isLive() ? CentreLink::up : CentreLink::away, desk_.monotonicS());
    if (was_loud != link_.isLoud()) {
        EMS_LOG(info, "station", "link to the centre {}", link_.isLoud() ? "is away: sounding" : "sounds no more");
        arrange();
    }
    sound();
}

void StationWindow::arrange() {
    describe();
    noteShown();
    place();
    update();
}

// For a screen reader: what is painted, as sentences.
void StationWindow::describe() {
    QStringList lines;
    for (const StationCase& one : station_cases(desk_.state(), stationId())) {
        QString line = qs(one.unit->name()) + QStringLiteral(" ") + Words::state(one.unit->state());
        if (one.incident != nullptr) {
            line += QStringLiteral(" ") + qs(one.incident->complaint()) + QStringLiteral(" ") +
                    qs(one.incident->address());
        }
        lines << (orders_.isWaiting(one.assignment->id()) ? tr("New order %1").arg(line) : line);
    }
    if (link_.isLoud()) {
        lines << footText();
    }
    setAccessibleDescription(lines.isEmpty() ? emptyText() : lines.join(QChar{u'\n'}));
}

// Without the centre nobody here knows that there is none.
QString StationWindow::emptyText() const {
    if (!desk_.state().has_data()) {
        return tr("nothing known yet");
    }
    if (stationId() == 0) {
        return tr("The centre knows no station of this name");
    }
    return desk_.isLive() ? tr("no order") : tr("no order when the link was lost");
}

void StationWindow::acknowledge() {
    orders_.acknowledge(desk_.monotonicS());
    link_.acknowledge(desk_.monotonicS());
    sound();
    arrange();
}

void StationWindow::put(const StationCase& order) {
    if (!print_) {
        return;
    }
    print_(OrderSheet{desk_.state(), order, station_});
}

void StationWindow::printNewest() {
    const auto cases = station_cases(desk_.state(), stationId());
    if (!cases.empty()) {
        put(cases.front());
    }
}

void StationWindow::setPaperTrouble(const QString& sentence) {
    trouble_ = sentence;
    update();
}

void StationWindow::sound() {
    if (!player_) {
        return;
    }
    player_->follow(orders_.isLoud() ? std::optional{Grade::high}
                    : link_.isLoud() ? std::optional{Grade::medium}
                                     : std::nullopt,
                    desk_.monotonicS());
    if (isLoud()) {
        update();
    }
}

// Only what is in the band can be heard of: what it has no room for goes on sounding.
void StationWindow::noteShown() {
    orders_.show(alarm().orders, desk_.monotonicS());
}

BandRow StationWindow::orderRow(const StationCase& one) const {
    BandRow row{qs(one.unit->name()), {}};
    if (one.incident != nullptr) {
        row.text = level_mark(one.incident->level()) + QStringLiteral(" ") + qs(one.incident->complaint()) +
                   QStringLiteral("　") + qs(one.incident->address());
    }
    return row;
}

BandRow StationWindow::linkRow() const {
    const std::int64_t since_us = desk_.state().lost_since_us();
    return {since_us == 0 ? tr("× No link to the centre")
                          : tr("× No link to the centre for %1").arg(qs(elapsed_text(desk_.localUs() - since_us))),
            tr("Orders come by radio or telephone")};
}

// Of more orders than the band has rows the newest stand in it; one case at least is left below it.
StationWindow::Alarm StationWindow::alarm() const {
    auto cases = station_cases(desk_.state(), stationId());
    std::erase_if(cases, [this](const StationCase& one) { return !orders_.isWaiting(one.assignment->id()); });
    const std::size_t waiting = cases.size();
    const std::size_t link = link_.isLoud() ? 1 : 0;
    const std::size_t most = band_rows_most(height() / unit() - kHead - kFoot - 3 * kGap - kCase - kMore);
    cases.resize(waiting + link <= most ? waiting : most - 1 - link);
    Alarm out;
    out.band.grade = waiting > 0 ? Grade::high : Grade::medium;
    out.band.headline = tr("%1 new orders").arg(waiting);
    for (const StationCase& one : cases) {
        out.orders.push_back(one.assignment->id());
        out.band.rows.push_back(orderRow(one));
        if (waiting + link <= kBandLarge) {
            out.band.rows.back().title = tr("New order %1").arg(out.band.rows.back().title);
        }
    }
    if (link != 0) {
        out.band.rows.push_back(linkRow());
    }
    if (cases.size() < waiting) {
        out.band.rows.push_back({tr("+%1 more new orders").arg(waiting - cases.size()), {}});
    }
    return out;
}

QString StationWindow::alarmText() const {
    QStringList lines;
    for (const BandRow& row : alarm().band.rows) {
        lines << row.title + QStringLiteral("　") + row.text;
    }
    return lines.join(QChar{u'\n'});
}

QRectF StationWindow::bandBox() const {
    return {0, kHead + kGap, kLeft, band_height(alarm().band.rows.size())};
}

bool StationWindow::canPrint() const {
    return print_ && !station_cases(desk_.state(), stationId()).empty();
}

// Few cases leave the map the whole width below them; many take the height.
StationWindow::Places StationWindow::places() const {
    const double wide = width() / unit();
    const double top = kHead + kGap;
    const double room = height() / unit() - kFoot - kGap - top;
    const auto cases = std::max<std::size_t>(station_cases(desk_.state(), stationId()).size(), 1);
    const auto units = station_units(desk_.state(), stationId()).size();
    const double rows = kUnitRow * static_cast<double>(std::clamp<std::size_t>(units, 1, kUnitsMost));
    const double for_units = 2 * kUnitsEdge + rows + (units > kUnitsMost ? kMore : 0) + (canPrint() ? kPrint : 0);
    const double band = std::max((isLoud() ? bandBox().height() + kGap : 0) + kCase * static_cast<double>(cases), for_units);
    const double right = kLeft + kGap;
    if (band <= room * kBandShareMost) {
        return {{0, top, kLeft, band}, {right, top, wide - right, band}, {0, top + band + kGap, wide, room - band - kGap}};
    }
    const double units_top = top + room - for_units;
    return {{0, top, kLeft, room}, {right, units_top, wide - right, for_units}, {right, top, wide - right, room - for_units - kGap}};
}

void StationWindow::place() {
    const double u = unit();
    const Places all = places();
    const QRect ground = QRectF{all.map.topLeft() * u, all.map.size() * u}.toRect();
    if (ground != map_->geometry()) {
        map_->setGeometry(ground); // which keeps the scale
        framed_.clear();
    }
    frameMap();
    acknowledge_->setVisible(isLoud());
    const QRectF button = band_button(bandBox(), alarm().band.rows.size());
    acknowledge_->setGeometry(QRectF{button.topLeft() * u, button.size() * u}.toRect());
    print_again_->setVisible(canPrint());
    print_again_->setGeometry(
        QRectF{(all.units.right() - 330) * u, (all.units.bottom() - 66) * u, 310 * u, 54 * u}.toRect());
}

void StationWindow::resizeEvent(QResizeEvent* event) {
    noteShown();
    place();
    QWidget::resizeEvent(event);
}

void StationWindow::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_F8 || event->key() == Qt::Key_Space) {
        acknowledge();
    } else if (event->key() == Qt::Key_P && print_again_->isVisible()) {
        print_again_->click();
    } else {
        QWidget::keyPressEvent(event);
    }
}

void StationWindow::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.setRenderHint(QPainter::Antialiasing);
    p.fillRect(rect(), desk_.theme().color(Token::bg_window));
    p.scale(unit(), unit());
    paintHead(p);
    const auto cases = station_cases(desk_.state(), stationId());
    const QRectF box = places().cases;
    double y = box.top();
    p.fillRect(box, desk_.theme().color(Token::bg_panel));
    if (isLoud()) {
        paint_band(p, desk_.theme(), bandBox(), alarm().band);
        y += bandBox().height() + kGap;
    }
    paintCases(p, cases, y);
    if (cases.empty()) {
        paint_text(p, {0, y, kLeft, box.bottom() - y}, Qt::AlignCenter,
                   emptyText(),
                   48, Weight::bold, desk_.theme().color(desk_.isStale() ? Token::st_text : Token::text_2));
    }
    paintUnits(p);
    paintFoot(p);
    if (desk_.isStale()) {
        p.resetTransform();
        paint_stale_frame(p, desk_.theme(), rect());
    }
}

void StationWindow::paintHead(QPainter& p) {
    const Theme& theme = desk_.theme();
    const QRectF box{0, 0, width() / unit(), kHead};
    p.fillRect(box, theme.color(desk_.isStale() ? Token::st_bg : Token::bg_raise));
    const QColor ink = theme.color(desk_.isStale() ? Token::st_ink : Token::text_1);
    const auto station = desk_.state().stations().find(stationId());
    const QString zone =
        station == desk_.state().stations().end() ? QString{} : qs(station->second.zone());
    paint_text(p, box.adjusted(kMargin, 0, 0, 0), Qt::AlignVCenter, station_, 36, Weight::bold,
               ink);
    if (!zone.isEmpty()) {
        paint_text(p,
                   box.adjusted(kMargin + text_width(station_, 36, Weight::bold) + 30.0, 0, 0, 0),
                   Qt::AlignVCenter, tr("zone %1").arg(zone), 24, Weight::normal, ink);
    }
    if (desk_.state().login().drill()) {
        paint_text(p, box, Qt::AlignCenter, tr("DRILL: not a real order"), 36, Weight::bold, ink);
    }
    paintClock(p, box, ink);
}

QString StationWindow::clockText() const {
    return qs(clock_text(desk_.isLive() ? desk_.shownUs() : desk_.localUs()));
}

QStringList StationWindow::clockNotes() const {
    if (desk_.isLive()) {
        return {};
    }
    QStringList notes{tr("this machine's clock · not checked")};
    if (desk_.isStale() && desk_.state().lost_since_us() != 0) {
        notes << tr("screen stopped at %1 · for %2")
                     .arg(qs(clock_text(desk_.shownUs())),
                          qs(elapsed_text(desk_.localUs() - desk_.state().lost_since_us())));
    }
    return notes;
}

void StationWindow::paintClock(QPainter& p, const QRectF& head, const QColor& ink) {
    const double right = head.right() - kMargin;
    paint_text(p, {head.left(), head.top(), right, head.height()}, Qt::AlignVCenter | Qt::AlignRight, clockText(), 40,
               Weight::bold, ink, Elide::none);
    const QStringList notes = clockNotes();
    const double wide = right - text_width(clockText(), 40, Weight::bold) - kMargin;
    double y = head.center().y() - kNote * static_cast<double>(notes.size()) / 2;
    for (const QString& note : notes) {
        paint_text(p, {head.left(), y, wide, kNote}, Qt::AlignVCenter | Qt::AlignRight, note, 22, Weight::bold, ink,
                   Elide::none);
        y += kNote;
    }
}

void StationWindow::paintCases(QPainter& p, const std::vector<StationCase>& cases, double top) {
    const double bottom = places().cases.bottom();
    double y = top;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto left = static_cast<int>(cases.size() - i);
        const double needs = left > 1 ? kCase + kMore : kCase;
        if (y + needs > bottom) {
            paint_text(p, {kMargin, y, kLeft - 2 * kMargin, kMore}, Qt::AlignVCenter,
                       tr("%1 more running").arg(left), 26, Weight::bold,
                       desk_.theme().color(Token::text_1));
            return;
        }
        paintCase(p, cases[i], y);
        y += kCase;
    }
}

void StationWindow::paintCase(QPainter& p, const StationCase& one, double top) {
    const Theme& theme = desk_.theme();
    const bool stale = desk_.isStale();
    const QColor strong = theme.color(stale ? Token::st_text : Token::text_1);
    const QColor second = theme.color(stale ? Token::st_text : Token::text_2);
    const std::int64_t now = desk_.shownUs();
    p.setPen(QPen{theme.color(Token::line), 1});
    p.drawLine(QPointF{kMargin, top + kCase - 1}, QPointF{kLeft - kMargin, top + kCase - 1});
    paint_unit(p, theme, {kMargin + 16, top + 40}, one.unit->state(), 60,
               stale ? SymbolLook::lost : SymbolLook::normal, 1.6);
    paint_text(p, {kMargin + 46, top + 14, 360, 52}, Qt::AlignVCenter, qs(one.unit->name()), 40,
               Weight::bold, strong);
    const double x = kMargin + 46 + text_width(qs(one.unit->name()), 40, Weight::bold) + 24;
    paint_text(p, {x, top + 14, 320, 52}, Qt::AlignVCenter,
               Words::state(one.unit->state()) + QStringLiteral(" ") +
                   qs(elapsed_text(now - one.unit->state_since_us())),
               30, Weight::normal, second);
    paint_text(p, {kLeft - 420, top + 14, 396, 52}, Qt::AlignVCenter | Qt::AlignRight,
               one.assignment->created_us() == 0 ? QStringLiteral("—") : qs(elapsed_text(now - one.assignment->created_us())), 44,
               Weight::bold, strong);
    paint_text(p, {kLeft - 420, top + 62, 396, 24}, Qt::AlignVCenter | Qt::AlignRight,
               tr("since the order"), 18, Weight::normal, second);
    if (one.incident == nullptr) {
        return;
    }
    const api::Incident& incident = *one.incident;
    paint_level(p, theme, {kMargin, top + 84, 34, 34}, incident.level(),
                stale ? SymbolLook::lost : SymbolLook::normal);
    QString what = qs(incident.complaint()) + QStringLiteral("　") + Words::patient(incident);
    paint_text(p, {kMargin + 46, top + 80, kLeft - 500, 42}, Qt::AlignVCenter, what, 32,
               Weight::bold, strong);
    paint_lines(p, {kMargin + 46, top + 124, kLeft - 480, 75}, 2, qs(incident.address()), 28,
                Weight::normal, strong);
    QString small = tr("case %1").arg(qs(incident.number()));
    const auto hospital = desk_.state().hospitals().find(one.unit->destination_hospital_id());
    if (hospital != desk_.state().hospitals().end()) {
        small += QStringLiteral("　") + tr("to %1").arg(qs(hospital->second.name()));
    }
    if (one.assignment->predicted_scene_us() > now) {
        small +=
            QStringLiteral("　") + tr("expected at the scene %1")
                                       .arg(qs(clock_text(one.assignment->predicted_scene_us())));
    }
    paint_text(p, {kMargin + 46, top + 200, kLeft - 100, 28}, Qt::AlignVCenter, small, 20,
               Weight::normal, second);
}

void StationWindow::paintUnits(QPainter& p) {
    const Theme& theme = desk_.theme();
    const bool stale = desk_.isStale();
    const QRectF box = places().units;
    const double left = box.left();
    const double wide = box.width();
    p.fillRect(box, theme.color(Token::bg_panel));
    double y = box.top() + kUnitsEdge;
    const auto units = station_units(desk_.state(), stationId());
    const auto shown = std::min(units.size(), kUnitsMost);
    if (units.size() > shown) {
        paint_text(p, {left + 30, y + kUnitRow * static_cast<double>(shown), wide - 360, 40},
                   Qt::AlignVCenter, tr("%1 more units").arg(units.size() - shown), 20,
                   Weight::bold, theme.color(stale ? Token::st_text : Token::text_1));
    }
    for (std::size_t i = 0; i < shown; ++i) {
        const api::Unit* one = units[i];
        paint_unit(p, theme, {left + 30, y + kUnitRow / 2}, one->state(), 60,
                   stale ? SymbolLook::lost : SymbolLook::normal, 1.3);
        paint_text(p, {left + 60, y, 260, kUnitRow}, Qt::AlignVCenter, qs(one->name()), 28,
                   Weight::bold, theme.color(stale ? Token::st_text : Token::text_1));
        const QString link = one->link() == "up" ? QString{} : QStringLiteral("　") + tr("no link");
        paint_text(p, {left + 320, y, wide - 340, kUnitRow}, Qt::AlignVCenter,
                   Words::state(one->state()) + QStringLiteral(" ") +
                       qs(elapsed_text(desk_.shownUs() - one->state_since_us())) + link,
                   24, Weight::normal, theme.color(stale ? Token::st_text : Token::text_2));
        y += kUnitRow;
    }
}

QString StationWindow::footText() const {
    QStringList words{desk_.isLive()
                          ? tr("connected to the centre")
                          : tr("× no link to the centre: orders come by radio or telephone")};
    if (!player_) {
        words << tr("sound off");
    } else if (!player_->has_device()) {
        words << tr("No loudspeaker: alarms cannot be heard");
    }
    if (!trouble_.isEmpty()) {
        words << trouble_;
    }
    const QString note = map_note(desk_.state().login().network_note());
    if (!note.isEmpty()) {
        words << note;
    }
    return words.join(QStringLiteral("　·　"));
}

void StationWindow::paintFoot(QPainter& p) {
    const Theme& theme = desk_.theme();
    const QRectF foot{0, height() / unit() - kFoot, width() / unit(), kFoot};
    p.fillRect(foot, theme.color(desk_.isStale() ? Token::st_bg : Token::bg_raise));
    paint_text(p, foot.adjusted(20, 0, -20, 0), Qt::AlignVCenter, footText(), 18, Weight::bold, theme.color(desk_.isStale() ? Token::st_ink : Token::text_2));
}

} // namespace ems::console
