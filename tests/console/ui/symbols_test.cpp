// The symbols of the map as they are painted, and copied from their sprites.
#include "console/theme/symbols.h"
#include "console/theme/unit_sprites.h"
#include "console/widgets/bars.h"
#include "tests/console/ui/golden_image.h"

#include <cmath>
#include <vector>

#include <QPainter>
#include <QRegion>

namespace ems::console {
namespace {

constexpr int kCell = 40;
constexpr int kStates = 12;

QImage sheet(const Theme& theme) {
    QImage image{kStates * kCell, 4 * kCell, QImage::Format_RGB32};
    image.fill(theme.color(Token::m_land));
    QPainter p{&image};
    for (int i = 0; i < kStates; ++i) {
        const auto state = static_cast<ems::wire::UnitState>(i + 1);
        const double x = (i + 0.5) * kCell;
        paint_unit(p, theme, {x, 0.5 * kCell}, state, 0, SymbolLook::normal, 1.15);
        paint_unit(p, theme, {x, 1.5 * kCell}, state, 135, SymbolLook::normal, 1.15);
        paint_unit(p, theme, {x, 2.5 * kCell}, state, 0, SymbolLook::lost, 1.15);
    }
    for (std::uint32_t level = 1; level <= 4; ++level) {
        paint_incident(p, theme, {(level - 0.5) * kCell, 3.5 * kCell}, level, 0.9);
    }
    paint_hospital(p, theme, {4.5 * kCell, 3.5 * kCell}, 1.1);
    paint_station(p, theme, {5.5 * kCell, 3.5 * kCell}, 1.1);
    return image;
}

TEST(Symbols, AreTheGoldenOnesByNight) {
    expect_golden(sheet(Theme{ThemeMode::night}), QStringLiteral("symbols-night.png"));
}

TEST(Symbols, AreTheGoldenOnesByDay) {
    expect_golden(sheet(Theme{ThemeMode::day}), QStringLiteral("symbols-day.png"));
}

// Level blocks, an alarm of each grade as it stands, is acknowledged, has gone by itself and is of a lost server, printed
// keys, a unit of which only the place is known, two whose position is old and one that is lost.
QImage marks(const Theme& theme) {
    constexpr int kStep = 116;
    QImage image{4 * kStep, 5 * kCell, QImage::Format_RGB32};
    image.fill(theme.color(Token::bg_panel));
    QPainter p{&image};
    for (std::uint32_t level = 1; level <= 4; ++level) {
        const double x = (level - 1) * 0.5 * kStep + 10;
        paint_level(p, theme, {x, 8, 24, 24}, level, SymbolLook::normal);
        paint_level(p, theme, {x + 2.0 * kStep, 8, 24, 24}, level, SymbolLook::lost);
    }
    int row = 1;
    for (const Grade grade : {Grade::high, Grade::medium, Grade::low}) {
        AlarmEntry alarm;
        alarm.grade = grade;
        double x = 10;
        for (const AlarmState state : {AlarmState::active, AlarmState::acknowledged, AlarmState::returned}) {
            alarm.state = state;
            AlarmBar::paintMark(p, theme, {x, row * kCell + 8.0}, alarm, SymbolLook::normal);
            x += kStep;
        }
        alarm.state = AlarmState::active;
        AlarmBar::paintMark(p, theme, {x, row * kCell + 8.0}, alarm, SymbolLook::lost);
        ++row;
    }
    for (const auto& [right, key] : {std::pair{60, "F4"}, std::pair{130, "Esc"}, std::pair{200, "8"}}) {
        paint_key(p, {right, row * kCell + kCell / 2}, QString::fromLatin1(key), theme.color(Token::text_1));
    }
    paint_unit(p, theme, {260, (row + 0.5) * kCell}, ems::wire::UNIT_UNSPECIFIED, 0, SymbolLook::normal, 1.15);
    paint_unit(p, theme, {310, (row + 0.5) * kCell}, ems::wire::UNIT_AVAILABLE, 0, SymbolLook::stale, 1.15);
    paint_unit(p, theme, {360, (row + 0.5) * kCell}, ems::wire::UNIT_EN_ROUTE, 90, SymbolLook::stale, 1.15);
    paint_unit(p, theme, {410, (row + 0.5) * kCell}, ems::wire::UNIT_EN_ROUTE, 90, SymbolLook::lost, 1.15);
    return image;
}

TEST(Marks, AreTheGoldenOnesByNight) {
    expect_golden(marks(Theme{ThemeMode::night}), QStringLiteral("marks-night.png"));
}

TEST(Marks, AreTheGoldenOnesByDay) {
    expect_golden(marks(Theme{ThemeMode::day}), QStringLiteral("marks-day.png"));
}

// Crews read it at arm's length: in a block half as high again its mark is too.
TEST(Marks, ALevelGrowsWithItsBlock) {
    const Theme theme{ThemeMode::night};
    const auto ink_rows = [&](double side) {
        QImage image{48, 48, QImage::Format_RGB32};
        image.fill(theme.color(Token::bg_panel));
        QPainter p{&image};
        paint_level(p, theme, {4, 4, side, side}, 1, SymbolLook::normal);
        p.end();
        int rows = 0;
        for (int y = 0; y < image.height(); ++y) { // its ink is the panel's, on a block of the text's
            bool has_ink = false;
            for (int x = 8; x < 4 + side - 4 && y > 6 && y < 4 + side - 2; ++x) {
                has_ink = has_ink || qGray(image.pixel(x, y)) < 128;
            }
            rows += has_ink ? 1 : 0;
        }
        return rows;
    };
    EXPECT_GT(ink_rows(24), 6);
    EXPECT_GE(ink_rows(36), 1.3 * ink_rows(24));
}

int differing(const QImage& a, const QImage& b) {
    int count = 0;
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            count += std::abs(qGray(a.pixel(x, y)) - qGray(b.pixel(x, y))) > 8 ? 1 : 0;
        }
    }
    return count;
}

TEST(UnitSprites, LookLikeTheSymbolThatIsPainted) {
    const Theme theme{ThemeMode::night};
    UnitSprites sprites{1.15};
    for (int i = 1; i <= kStates; ++i) {
        for (const double heading : {0.0, 90.0, 337.5, 360.0}) {
            for (const SymbolLook look : {SymbolLook::normal, SymbolLook::stale, SymbolLook::lost}) {
                QImage painted{kCell, kCell, QImage::Format_RGB32};
                painted.fill(theme.color(Token::m_land));
                QImage copied = painted;
                QPainter to_painted{&painted};
                paint_unit(to_painted, theme, {20, 20}, static_cast<ems::wire::UnitState>(i), heading, look, 1.15);
                QPainter to_copied{&copied};
                sprites.draw(to_copied, theme, {{20, 20}, static_cast<ems::wire::UnitState>(i), heading, look});
                to_painted.end();
                to_copied.end();
                EXPECT_LE(differing(painted, copied), 6) << i << " " << heading;
            }
        }
    }
}

// Symbols over, beside and beyond one another, at places between pixels.
std::vector<UnitSymbol> crowd(int width, int height) {
    std::vector<UnitSymbol> all;
    for (int i = 0; i < 3'000; ++i) {
        all.push_back({{std::fmod(i * 37.37, width + 60.0) - 30, std::fmod(i * 53.93, height + 60.0) - 30},
                       static_cast<ems::wire::UnitState>(i % (kStates + 1)),
                       i * 11.0,
                       static_cast<SymbolLook>(i / 7 % 3)});
    }
    return all;
}

QImage hatched(QSize size) {
    QImage image{size, QImage::Format_RGB32};
    for (int y = 0; y < size.height(); ++y) {
        for (int x = 0; x < size.width(); ++x) {
            image.setPixel(x, y, qRgb(x * 3 & 255, y * 5 & 255, (x + y) & 255));
        }
    }
    return image;
}

TEST(UnitSprites, LaidAllAtOnceAreThePixelsOfOneAfterTheOther) {
    constexpr QSize kSize{301, 233};
    const Theme theme{ThemeMode::night};
    UnitSprites sprites{1.15};
    const auto all = crowd(kSize.width(), kSize.height());
    QImage one_by_one = hatched(kSize);
    QImage at_once = one_by_one;
    QPainter single{&one_by_one};
    single.translate(7, 5);
    for (const UnitSymbol& symbol : all) {
        sprites.draw(single, theme, symbol);
    }
    single.end();
    QPainter whole{&at_once};
    whole.translate(7, 5);
    sprites.draw(whole, theme, all, QRegion{-7, -5, kSize.width(), kSize.height()});
    whole.end();
    EXPECT_TRUE(one_by_one == at_once); // a failure would print the pictures
}

TEST(UnitSprites, LaidAllAtOnceStayInsideThePartThatIsPainted) {
    constexpr QSize kSize{301, 233};
    const Theme theme{ThemeMode::day};
    UnitSprites sprites{1.15};
    const auto all = crowd(kSize.width(), kSize.height());
    const QRegion part = QRegion{20, 30, 60, 150} + QRegion{50, 120, 200, 40};
    QImage expected = hatched(kSize);
    QImage painted = expected;
    QPainter clipped{&expected};
    clipped.setClipRegion(part);
    for (const UnitSymbol& symbol : all) {
        sprites.draw(clipped, theme, symbol);
    }
    clipped.end();
    QPainter p{&painted};
    sprites.draw(p, theme, all, part);
    p.end();
    EXPECT_TRUE(expected == painted);
}

TEST(UnitSprites, AreDrawnByThePainterOnAScreenOfFinerPixels) {
    const Theme theme{ThemeMode::night};
    UnitSprites sprites{1.15};
    QImage expected{2 * kCell, 2 * kCell, QImage::Format_RGB32};
    expected.setDevicePixelRatio(2);
    expected.fill(theme.color(Token::m_land));
    QImage image = expected;
    const std::vector<UnitSymbol> one{{{20, 20}, ems::wire::UNIT_AVAILABLE, 0, SymbolLook::normal}};
    QPainter single{&expected};
    sprites.draw(single, theme, one.front());
    single.end();
    QPainter p{&image};
    sprites.draw(p, theme, one, QRegion{0, 0, kCell, kCell});
    p.end();
    EXPECT_TRUE(expected == image);
}

TEST(UnitSprites, AreMadeAnewForTheOtherTheme) {
    Theme theme{ThemeMode::night};
    UnitSprites sprites{1};
    const auto draw = [&] {
        QImage image{kCell, kCell, QImage::Format_RGB32};
        image.fill(theme.color(Token::m_land));
        QPainter p{&image};
        sprites.draw(p, theme, {{20, 20}, ems::wire::UNIT_ASSIGNED, 0, SymbolLook::normal});
        p.end();
        return image;
    };
    draw();
    theme.setMode(ThemeMode::day);
    const QImage by_day = draw();
    UnitSprites fresh{1};
    QImage expected{kCell, kCell, QImage::Format_RGB32};
    expected.fill(theme.color(Token::m_land));
    QPainter p{&expected};
    fresh.draw(p, theme, {{20, 20}, ems::wire::UNIT_ASSIGNED, 0, SymbolLook::normal});
    p.end();
    EXPECT_EQ(by_day, expected);
}

} // namespace
} // namespace ems::console
