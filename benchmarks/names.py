"""The names that synthetic patients of the measured archives have."""

FAMILY = [
    "Adams",
    "Berg",
    "Castro",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Garcia",
    "Hansen",
    "Ivanova",
    "Jones",
    "Keller",
    "Lopez",
]
GIVEN = ["Alex", "Bo", "Carla", "Dan", "Eva", "Finn", "Gita", "Hugo", "Ines", "Jun", "Kim", "Lea"]
