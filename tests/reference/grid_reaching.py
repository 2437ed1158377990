"""Reaching on a grid, square by square."""

from collections import deque

UP, RIGHT, DOWN, LEFT = (-1, 0), (0, 1), (1, 0), (0, -1)
MOVES = [UP, (-1, 1), RIGHT, (1, 1), DOWN, (1, -1), LEFT, (-1, -1)]


def moved(hand, move, size, field_rows, deflection):
    """Where a move leads from a square."""
    row, column = hand
    down, right = MOVES[move]
    if field_rows is not None and field_rows[0] <= row <= field_rows[1]:
        down, right = down + deflection[0], right + deflection[1]
    return min(max(row + down, 0), size - 1), min(max(column + right, 0), size - 1)


def fewest_moves(goal, size, field_rows, deflection):
    """Breadth-first search from the goal along reversed moves: moves by square."""
    squares = [(row, column) for row in range(size) for column in range(size)]
    before = {square: set() for square in squares}
    for square in squares:
        for move in range(8):
            before[moved(square, move, size, field_rows, deflection)].add(square)
    moves, waiting = {goal: 0}, deque([goal])
    while waiting:
        square = waiting.popleft()
        for other in before[square] - moves.keys():
            moves[other] = moves[square] + 1
            waiting.append(other)
    return moves
