"""Turn a surface into a Cycles material. Knows no product, camera or light."""

from __future__ import annotations

import bpy
import numpy as np
from bpy.types import Material, Node, NodeSocket

from studio.parts import Surface
from studio.patterns import SIZE, mask
from studio.vocabulary import MATERIALS, linear_rgb

Rgb = tuple[float, float, float]

ROUGHNESS = {
    "glazed ceramic": 0.16, "porcelain": 0.1, "stoneware": 0.55, "terracotta": 0.8,
    "enamel": 0.12, "oak": 0.5, "birch": 0.5, "walnut": 0.42, "acacia": 0.42, "stained ash": 0.45,
    "painted wood": 0.42, "cork": 0.85, "brass": 0.22, "copper": 0.2, "steel": 0.27, "iron": 0.42,
    "lacquered metal": 0.32, "marble": 0.15, "travertine": 0.5, "concrete": 0.85, "linen": 0.95,
    "cotton": 0.95, "velvet": 0.75, "wool": 1.0, "boucle": 1.0, "corduroy": 0.9, "leather": 0.4,
    "wicker": 0.55, "rattan": 0.45, "seagrass": 0.8, "jute": 0.9, "cotton rope": 0.95,
    "paper": 0.95, "art print": 0.9, "candle wax": 0.5, "soil": 1.0, "foliage": 0.5,
}  # fmt: skip
EXPOSED = 0.84
"""The set is lit brightly, for a pale backdrop; colors would come out paler than their names."""
METALS = frozenset(("brass", "copper", "steel"))
WOODS = frozenset(("oak", "birch", "walnut", "acacia", "stained ash"))
SHEEN = {"velvet": 0.9, "boucle": 0.4, "wool": 0.5, "linen": 0.15, "cotton": 0.15, "corduroy": 0.5}
GLASS_TINTS: dict[str, Rgb] = {
    "clear": (0.97, 0.99, 0.985),
    "smoke": (0.33, 0.34, 0.36),
    "amber": (0.86, 0.42, 0.07),
    "bottle green": (0.16, 0.5, 0.25),
    "cobalt": (0.06, 0.16, 0.68),
    "rose": (0.92, 0.5, 0.56),
}
OWN_COLORS: dict[str, Rgb] = {
    "soil": (0.03, 0.02, 0.014),
    "foliage": (0.045, 0.13, 0.03),
    "candle wax": (0.86, 0.8, 0.68),
}
BUMPS = {  # material → (size of a bump in cm, its depth in cm)
    "linen": (0.5, 0.06), "cotton": (0.4, 0.04), "wool": (0.8, 0.16), "velvet": (1.2, 0.05),
    "leather": (0.9, 0.05), "terracotta": (0.5, 0.02), "concrete": (1.5, 0.05),
    "stoneware": (0.8, 0.015), "travertine": (1.0, 0.04), "cork": (0.5, 0.05),
    "paper": (1.5, 0.02), "seagrass": (0.6, 0.15), "jute": (0.5, 0.15), "cotton rope": (0.6, 0.1),
}  # fmt: skip


class _Tree:
    """The nodes of one material, with short names for what is built often."""

    def __init__(self, material: Material) -> None:
        material.use_nodes = True
        self.tree = material.node_tree
        self.tree.nodes.clear()
        self.output = self.node("ShaderNodeOutputMaterial")
        self.uv = self.node("ShaderNodeTexCoord").outputs["UV"]

    def node(self, kind: str, **settings: object) -> Node:
        node = self.tree.nodes.new(kind)
        for name, value in settings.items():
            setattr(node, name, value)
        return node

    def link(self, source: NodeSocket, target: NodeSocket) -> None:
        self.tree.links.new(source, target)

    def stretched(self, u: float, v: float) -> NodeSocket:
        """Texture coordinates times (u, v)."""
        node = self.node("ShaderNodeVectorMath", operation="MULTIPLY")
        self.link(self.uv, node.inputs[0])
        node.inputs[1].default_value = (u, v, 1)
        return node.outputs[0]

    def noise(self, where: NodeSocket, detail: float = 2, distortion: float = 0) -> NodeSocket:
        node = self.node("ShaderNodeTexNoise", noise_dimensions="2D")
        self.link(where, node.inputs["Vector"])
        node.inputs["Scale"].default_value = 1
        node.inputs["Detail"].default_value = detail
        node.inputs["Distortion"].default_value = distortion
        return node.outputs[0]

    def ramp(self, value: NodeSocket, stops: list[tuple[float, Rgb]]) -> NodeSocket:
        node = self.node("ShaderNodeValToRGB")
        elements = node.color_ramp.elements
        while len(elements) < len(stops):
            elements.new(0.5)
        for element, (place, color) in zip(elements, stops, strict=True):
            element.position = place
            element.color = (*color, 1)
        self.link(value, node.inputs[0])
        return node.outputs[0]

    def math(self, operation: str, a: NodeSocket, b: NodeSocket | float) -> NodeSocket:
        node = self.node("ShaderNodeMath", operation=operation)
        self.link(a, node.inputs[0])
        if isinstance(b, float):
            node.inputs[1].default_value = b
        else:
            self.link(b, node.inputs[1])
        return node.outputs[0]

    def mix(self, share: NodeSocket, first: NodeSocket, second: NodeSocket) -> NodeSocket:
        node = self.node("ShaderNodeMix", data_type="RGBA")
        self.link(share, node.inputs[0])
        self.link(first, node.inputs[6])
        self.link(second, node.inputs[7])
        return node.outputs[2]

    def rgb(self, color: Rgb) -> NodeSocket:
        node = self.node("ShaderNodeRGB")
        node.outputs[0].default_value = (*color, 1)
        return node.outputs[0]

    def bump(self, height: NodeSocket, depth: float) -> NodeSocket:
        node = self.node("ShaderNodeBump")
        node.inputs["Distance"].default_value = depth
        self.link(height, node.inputs["Height"])
        return node.outputs[0]


def make_material(surface: Surface, scale: float) -> Material:
    """A Cycles material.

    Args:
        surface: what it is to look like.
        scale: scene units per cm, for the depth of bumps.
    """
    material = bpy.data.materials.new(surface.material)
    tree = _Tree(material)
    special = {"mirror": _mirror, "bulb": _light, "flame": _light}.get(surface.material)
    if special is not None:
        special(tree, surface)
        return material
    shader = tree.node("ShaderNodeBsdfPrincipled")
    tree.link(shader.outputs[0], tree.output.inputs[0])
    name = surface.material
    if name == "glass":
        _glass(tree, shader, surface)
        return material
    color = _color(tree, surface, scale)
    tree.link(color, shader.inputs["Base Color"])
    shader.inputs["Roughness"].default_value = ROUGHNESS.get(name, 0.5)
    if name in METALS:
        shader.inputs["Metallic"].default_value = 1
    if name in SHEEN:
        shader.inputs["Sheen Weight"].default_value = SHEEN[name]
        shader.inputs["Sheen Roughness"].default_value = 0.4
        shader.inputs["Sheen Tint"].default_value = (*_soft_tint(surface), 1)
        shader.inputs["Specular IOR Level"].default_value = 0.15
    height = _relief(tree, surface)
    if height is not None:
        tree.link(tree.bump(height[0], height[1] * scale), shader.inputs["Normal"])
    if surface.glow:
        tree.link(color, shader.inputs["Emission Color"])
        shader.inputs["Emission Strength"].default_value = surface.glow
    return material


def base_color(surface: Surface) -> Rgb:
    """Its main color in linear light."""
    return OWN_COLORS.get(surface.material) or _toned(surface.material, surface.color)


def _toned(material: str, color: str) -> Rgb:
    """A color as it must be painted to look like its name under these lights."""
    return _times(linear_rgb(color), 1.0 if material in METALS else EXPOSED)


def _soft_tint(surface: Surface) -> Rgb:
    red, green, blue = base_color(surface)
    return (min(1, red * 1.2 + 0.15), min(1, green * 1.2 + 0.15), min(1, blue * 1.2 + 0.15))


def _times(color: Rgb, factor: float) -> Rgb:
    return color[0] * factor, color[1] * factor, color[2] * factor


def _color(tree: _Tree, surface: Surface, scale: float) -> NodeSocket:
    """Ground, pattern and split together."""
    ground = _ground(tree, surface, base_color(surface), scale)
    if surface.pattern == "plain" or not surface.pattern_color:
        return ground
    drawn = _ground(tree, surface, _toned(surface.material, surface.pattern_color), scale)
    if surface.pattern == "two-tone":
        place = tree.node("ShaderNodeTexCoord")
        parts = tree.node("ShaderNodeSeparateXYZ")
        tree.link(place.outputs["Object"], parts.inputs[0])
        share = tree.math("LESS_THAN", parts.outputs[surface.axis], surface.split)
        return tree.mix(share, ground, drawn)
    image = bpy.data.images.new("tile", SIZE, SIZE, alpha=False)
    image.colorspace_settings.name = "Non-Color"
    tile = mask(surface.pattern, surface.seed)
    pixels = np.ones((SIZE, SIZE, 4), dtype=np.float32)
    pixels[..., :3] = tile[..., None]
    image.pixels.foreach_set(pixels.ravel())
    texture = tree.node("ShaderNodeTexImage", image=image, interpolation="Linear")
    tree.link(tree.stretched(1 / surface.tile, 1 / surface.tile), texture.inputs[0])
    return tree.mix(texture.outputs[0], ground, drawn)


def _ground(tree: _Tree, surface: Surface, color: Rgb, scale: float) -> NodeSocket:
    """The material's own coloring around one color."""
    name = surface.material
    shift = surface.seed % 100 / 10
    if name in WOODS:
        where = tree.node("ShaderNodeVectorMath", operation="ADD")
        tree.link(tree.stretched(0.42, 0.03), where.inputs[0])
        where.inputs[1].default_value = (shift, shift, 0)
        streaks = tree.noise(where.outputs[0], 3, 0.9)
        fibers = tree.noise(tree.stretched(5.5, 0.12), 1)
        value = tree.math("ADD", tree.math("MULTIPLY", fibers, 0.35), streaks)
        deep = 0.5 if name != "stained ash" else 0.8
        return tree.ramp(
            value, [(0.42, _times(color, deep)), (0.62, color), (0.85, _times(color, 1.2))]
        )
    if name == "marble":
        veins = tree.noise(tree.stretched(3.4 * scale, 2.4 * scale), 4, 0.7)
        edge = tree.math("ABSOLUTE", tree.math("SUBTRACT", veins, 0.5), 0.0)
        bright = sum(color) / 3 > 0.3
        vein = _times(color, 0.42) if bright else (0.55, 0.53, 0.48)
        return tree.ramp(
            edge, [(0.0, vein), (0.035 if bright else 0.014, _times(color, 0.9)), (0.16, color)]
        )
    if name == "travertine":
        clouds = tree.noise(tree.stretched(0.1, 0.22), 3, 0.4)
        pits = tree.noise(tree.stretched(0.7, 1.6), 2)
        stone = tree.ramp(
            clouds, [(0.3, _times(color, 0.86)), (0.5, color), (0.7, _times(color, 1.2))]
        )
        hole = tree.ramp(pits, [(0.3, (1, 1, 1)), (0.34, (0, 0, 0))])
        return tree.mix(hole, stone, tree.rgb(_times(color, 0.55)))
    if name in ("concrete", "terracotta", "cork"):
        cloud = tree.noise(tree.stretched(0.25, 0.25), 6)
        return tree.ramp(cloud, [(0.3, _times(color, 0.88)), (0.7, _times(color, 1.06))])
    if name in MATERIALS and MATERIALS[name].family == "fiber":
        patch = tree.noise(tree.stretched(0.6 / surface.weave, 0.35 / surface.weave), 3)
        deep = 0.62 if sum(color) < 1.5 else 0.86
        return tree.ramp(patch, [(0.3, _times(color, deep)), (0.7, _times(color, 1.15))])
    if name in ("linen", "wool", "boucle") or (name == "cotton" and surface.weave > 1):
        fine, long = 4 / surface.weave, 0.3 / surface.weave
        threads = tree.math(
            "ADD",
            tree.noise(tree.stretched(fine, long), 1),
            tree.noise(tree.stretched(long, fine), 1),
        )
        half = 0.2 if surface.weave > 1 else 0.4
        return tree.ramp(
            tree.math("MULTIPLY", threads, 0.5),
            [(0.5 - half / 2, _times(color, 0.8)), (0.5 + half / 2, _times(color, 1.15))],
        )
    if name == "leather":
        patina = tree.noise(tree.stretched(0.06, 0.06), 4)
        return tree.ramp(patina, [(0.3, _times(color, 0.8)), (0.7, _times(color, 1.12))])
    if name == "stoneware":
        cloud = tree.noise(tree.stretched(3.0, 3.0), 3)
        return tree.ramp(cloud, [(0.28, _times(color, 0.91)), (0.42, color)])
    return tree.rgb(color)


def _relief(tree: _Tree, surface: Surface) -> tuple[NodeSocket, float] | None:
    """Height of the surface's own texture and its depth in cm."""
    name = surface.material
    if name == "boucle":
        node = tree.node("ShaderNodeTexVoronoi", voronoi_dimensions="2D", feature="SMOOTH_F1")
        tree.link(tree.stretched(0.62, 0.62), node.inputs["Vector"])
        node.inputs["Scale"].default_value = 1
        return tree.math("MULTIPLY", node.outputs[0], -1.0), 0.9
    if name == "corduroy":
        node = tree.node("ShaderNodeTexWave", wave_type="BANDS", bands_direction="X")
        tree.link(tree.stretched(0.35, 0.35), node.inputs["Vector"])
        node.inputs["Scale"].default_value = 1
        return node.outputs[1], 0.35
    if name in WOODS:
        return tree.noise(tree.stretched(4.0, 0.15), 2), 0.025
    if name in ("jute", "seagrass") and surface.weave > 1:  # braids laid side by side
        node = tree.node("ShaderNodeTexWave", wave_type="BANDS", bands_direction="Y")
        tree.link(tree.stretched(0.07, 0.11), node.inputs["Vector"])
        node.inputs["Scale"].default_value = 1
        node.inputs["Distortion"].default_value = 1.2
        node.inputs["Detail"].default_value = 2
        node.inputs["Detail Scale"].default_value = 6
        return node.outputs[1], 1.6
    if name not in BUMPS:
        return None
    size, depth = BUMPS[name]
    size = size * surface.weave
    depth = depth * surface.weave * (2.5 if surface.weave > 1 else 1)
    return tree.noise(tree.stretched(1 / size, 1 / size), 3), depth


def _glass(tree: _Tree, shader: Node, surface: Surface) -> None:
    """Tinted glass whose shadow is its tint: caustics would take thousands of samples."""
    tint = GLASS_TINTS[surface.color]
    shader.inputs["Base Color"].default_value = (*tint, 1)
    shader.inputs["Transmission Weight"].default_value = 1
    shader.inputs["Roughness"].default_value = 0.02
    shader.inputs["IOR"].default_value = 1.46
    clear = tree.node("ShaderNodeBsdfTransparent")
    clear.inputs[0].default_value = (*(value**0.6 * 0.94 for value in tint), 1)
    path = tree.node("ShaderNodeLightPath")
    either = tree.math(
        "MAXIMUM", path.outputs["Is Shadow Ray"], path.outputs["Is Diffuse Ray"]
    )  # fmt: skip
    mixed = tree.node("ShaderNodeMixShader")
    tree.link(either, mixed.inputs[0])
    tree.link(shader.outputs[0], mixed.inputs[1])
    tree.link(clear.outputs[0], mixed.inputs[2])
    tree.link(mixed.outputs[0], tree.output.inputs[0])


def _mirror(tree: _Tree, surface: Surface) -> None:
    shader = tree.node("ShaderNodeBsdfGlossy")
    shader.inputs["Color"].default_value = (0.9, 0.92, 0.93, 1)
    shader.inputs["Roughness"].default_value = 0.02
    tree.link(shader.outputs[0], tree.output.inputs[0])


def _light(tree: _Tree, surface: Surface) -> None:
    shader = tree.node("ShaderNodeEmission")
    shader.inputs["Color"].default_value = (1, 0.78, 0.5, 1)
    shader.inputs["Strength"].default_value = surface.glow or 6
    tree.link(shader.outputs[0], tree.output.inputs[0])
