// The call form's place: candidates while the address is typed, and the place that the address names.
#include "console/widgets/call_form.h"

#include "console/model/address_words.h"
#include "console/widgets/words.h"

#include <QKeyEvent>

namespace ems::console {
namespace {

bool is_area(map::NameKind kind) { return kind == map::NameKind::city || kind == map::NameKind::town; }

} // namespace

void CallForm::setPlaceSearch(const PlaceSearch* search, LookingAt looking_at) {
    search_ = search;
    looking_at_ = std::move(looking_at);
}

GeoPoint CallForm::searchCentre() const {
    return place_ ? *place_ : looking_at_ ? looking_at_() : GeoPoint{};
}

void CallForm::suggest(const QString& text) {
    if (search_ == nullptr || text.trimmed().isEmpty()) {
        places_->clear();
        return;
    }
    places_->setCandidates(search_->candidates(text.toStdString(), searchCentre()));
}

// Keys of the list while the address has the focus: up, down, Enter, Esc.
bool CallForm::eventFilter(QObject* watched, QEvent* event) {
    if (watched != address_ || event->type() != QEvent::KeyPress || !places_->isVisible()) {
        return QWidget::eventFilter(watched, event);
    }
    const auto* key = static_cast<QKeyEvent*>(event);
    if ((key->modifiers() & ~Qt::KeypadModifier) != Qt::NoModifier) { // Ctrl+Enter opens the case
        return QWidget::eventFilter(watched, event);
    }
    switch (key->key()) {
    case Qt::Key_Down:
        places_->choose(1);
        return true;
    case Qt::Key_Up:
        places_->choose(-1);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (const auto chosen = places_->chosen()) {
            takePlace(*chosen);
        }
        return true;
    case Qt::Key_Escape:
        places_->clear();
        return true;
    default:
        return QWidget::eventFilter(watched, event);
    }
}

void CallForm::takePlace(const PlaceCandidate& candidate) {
    const PlaceCandidate taken = candidate; // the list it stands in is cleared
    places_->clear();
    chosen_address_ = qs(address_of(taken));
    chosen_is_area_ = is_area(taken.kind);
    // What was typed behind the name is the caller's, and stays.
    const QString name = qs(taken.name);
    const qsizetype at = address_->text().indexOf(name);
    address_->setText(chosen_address_ + (at < 0 ? QString{} : address_->text().mid(at + name.size())));
    address_->setModified(true); // a person took it
    address_->setFocus(Qt::OtherFocusReason); // a house number or a landmark may follow
    place_ = taken.point;
    chosen_point_ = taken.point;
    place_source_ = "village";
    setMessage(tr("Position taken from %1").arg(qs(taken.name)));
    showPlace();
    storeDraft();
}

bool CallForm::isChosenPlace() const {
    return !chosen_address_.isEmpty() && address_->text().startsWith(chosen_address_) &&
           !(chosen_is_area_ && finerPlace());
}

// What stands behind a chosen township, when it names a place there.
std::optional<PlaceCandidate> CallForm::finerPlace() const {
    auto found = namedPlace();
    return found && !is_area(found->kind) ? found : std::nullopt;
}

// With the way that is said right behind its name: "张庄西 300 米".
std::optional<PlaceCandidate> CallForm::namedPlace() const {
    const std::string address = address_->text().toStdString();
    auto found = search_ == nullptr ? std::nullopt : search_->named_in(address, searchCentre());
    const auto way = found ? way_from(address, found->name) : std::nullopt;
    if (way) {
        found->point = gone(found->point, *way);
    }
    return found;
}

// What is said behind the place that was chosen moves it, and taken out again moves it back.
void CallForm::followChosen() {
    if (!chosen_point_ || place_source_ != "village" || chosen_address_.isEmpty() || !address_->text().startsWith(chosen_address_)) {
        return;
    }
    const std::string tail = address_->text().mid(chosen_address_.size()).toStdString();
    const auto way = said_way(tail);
    const bool moves = way && is_joint(std::string_view{tail}.substr(0, way->from));
    place_ = moves ? gone(*chosen_point_, *way) : *chosen_point_;
    showPlace();
}

void CallForm::verifyAddress() {
    places_->clear();
    if (address_->text() == chosen_address_ && place_ && place_source_ == "village") {
        setMessage(tr("Position taken from %1").arg(chosen_address_));
        return;
    }
    const auto found = namedPlace(); // asked for: what was chosen before does not count
    if (!found) {
        setMessage(tr("No place of the map is named in the address"));
        return;
    }
    place_ = found->point;
    place_source_ = "village";
    setMessage(tr("Position taken from %1").arg(qs(found->name)));
    showPlace();
    fieldLeft();
}

// A position that came from a village follows the village named, unless a person chose the place.
void CallForm::findPlace() {
    const bool is_kept = place_ && (place_source_ != "village" || isChosenPlace());
    if (address_->text().isEmpty() || is_kept) {
        followChosen();
        return;
    }
    if (const auto found = namedPlace()) {
        place_ = found->point;
        place_source_ = "village";
        showPlace();
    }
}

} // namespace ems::console
