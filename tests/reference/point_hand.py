"""A hand against a force, number by number."""

import math


def force_on(x, y, vx, vy, field):
    """Acceleration by a field: {"x", "y", "force", "curl"}."""
    inside = field["x"][0] <= x <= field["x"][1] and field["y"][0] <= y <= field["y"][1]
    fx, fy = field["force"] if inside else (0.0, 0.0)
    return fx - field["curl"] * vy, fy + field["curl"] * vx


def reach(actions, target, field, strength, *, action_steps, strongest, effort, bonus, tolerance):
    """Positions after each step of time, and rewards of the actions, from rest in the centre."""
    position, velocity = [0.0, 0.0], [0.0, 0.0]
    way, rewards = [], []
    for action in actions:
        action = [min(max(float(each), -1.0), 1.0) for each in action]
        for _ in range(action_steps):
            force = force_on(*position, *velocity, field)
            for axis in (0, 1):
                pushed = strongest * action[axis] + strength * force[axis]
                velocity[axis] += pushed / 10
                position[axis] += velocity[axis] / 10
                if abs(position[axis]) > 1.5:
                    position[axis] = math.copysign(1.5, position[axis])
                    velocity[axis] = 0.0
            way.append(tuple(position))
        distance = math.dist(position, target)
        near = bonus if distance <= tolerance else 0.0
        rewards.append(near - distance - effort * (action[0] ** 2 + action[1] ** 2))
    return way, rewards
