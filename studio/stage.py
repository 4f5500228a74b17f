"""Set up lights, backdrop and camera, and take a photo. Knows no product but its parts."""

from __future__ import annotations

from math import cos, radians, sin, tan
from pathlib import Path

import bpy
import numpy as np
from bpy.types import Material, Object

from studio.lines import (
    Array,
)
from studio.mesh import (
    Mesh,
    grid,
)
from studio.parts import Part, Surface
from studio.shaders import make_material
from studio.shots import Shot

LENS = radians(24)
"""Angle of view: that of a 85 mm lens."""
BACKDROPS = {
    "white": (0.86, 0.86, 0.86),
    "warm": (0.86, 0.83, 0.785),
    "cool": (0.775, 0.81, 0.845),
    "gray": (0.62, 0.625, 0.63),
}


class Stage:
    """One studio; the set stays, products come and go."""

    def __init__(self, threads: int = 1) -> None:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.scene = bpy.context.scene
        render = self.scene.render
        render.engine = "CYCLES"
        render.threads_mode = "FIXED"
        render.threads = threads
        render.image_settings.file_format = "PNG"
        render.image_settings.color_mode = "RGB"
        render.image_settings.compression = 15
        render.use_persistent_data = False
        cycles = self.scene.cycles
        cycles.device = "CPU"
        cycles.use_denoising = True
        cycles.denoiser = "OPENIMAGEDENOISE"
        cycles.denoising_prefilter = "FAST"
        cycles.use_adaptive_sampling = True
        cycles.adaptive_min_samples = 4
        cycles.adaptive_threshold = 0.06
        cycles.max_bounces = 8
        cycles.diffuse_bounces = 2
        cycles.glossy_bounces = 2
        cycles.transmission_bounces = 8
        cycles.caustics_reflective = False
        cycles.caustics_refractive = False
        cycles.sample_clamp_indirect = 4
        cycles.blur_glossy = 0.5
        self.scene.view_settings.view_transform = "Khronos PBR Neutral"
        self._world()
        self.backdrop = _paint("backdrop")
        self.floor = _object("floor", _cyclorama(), self.backdrop)
        self.wall = _object("wall", _wall(), self.backdrop)
        self.room = _object("room", _board(18, -8.5, -7, 9), _daylight())
        self.room.visible_diffuse = self.room.visible_camera = False
        self._lights()
        camera = bpy.data.cameras.new("camera")
        camera.sensor_width = 36
        camera.angle = LENS
        camera.clip_end = 200
        self.camera = bpy.data.objects.new("camera", camera)
        self.scene.collection.objects.link(self.camera)
        self.scene.camera = self.camera

    def photograph(
        self, parts: list[Part], shot: Shot, path: Path, *, pixels: int, samples: int, seed: int = 0
    ) -> None:
        """Render `parts` to a PNG file."""
        size = max(float(np.ptp(_all(parts)[:, axis])) for axis in range(3))
        scale = 1 / size
        materials: dict[Surface, Material] = {}
        before = set(bpy.data.meshes), set(bpy.data.materials), set(bpy.data.images)
        objects = []
        for part in parts:
            if part.surface not in materials:
                materials[part.surface] = make_material(part.surface, scale)
            item = _object("part", part.mesh, materials[part.surface], part.subdivide)
            item.scale = (scale, scale, scale)
            item.rotation_euler = (0, 0, radians(shot.turn))
            objects.append(item)
        self._prepare(shot)
        self._aim(_turned(_all(parts) * scale, shot.turn), shot)
        render = self.scene.render
        render.resolution_x = render.resolution_y = pixels
        self.scene.cycles.samples = samples
        self.scene.cycles.seed = seed % 100000
        render.filepath = str(path)
        bpy.ops.render.render(write_still=True)
        for item in objects:
            bpy.data.objects.remove(item)
        for kept, blocks in zip(
            before, (bpy.data.meshes, bpy.data.materials, bpy.data.images), strict=True
        ):
            bpy.data.batch_remove([block for block in blocks if block not in kept])

    def _prepare(self, shot: Shot) -> None:
        color = BACKDROPS[shot.backdrop]
        shader = self.backdrop.node_tree.nodes["Principled BSDF"]
        shader.inputs["Base Color"].default_value = (*color, 1)
        self.floor.hide_render = shot.scene == "wall"
        self.floor.location.z = -1.2 if shot.scene == "air" else 0
        on_wall = shot.scene == "wall"
        self.wall.hide_render = self.room.hide_render = not on_wall
        self.wall.rotation_euler = (0, 0, radians(shot.turn))
        self.scene.view_settings.exposure = 0.62 if on_wall else 0.0

    def _aim(self, points: Array, shot: Shot) -> None:
        """Put the camera where all points are in the picture, as large as asked."""
        angle = radians(shot.elevation)
        ahead = np.array((0, cos(angle), -sin(angle)))
        up = np.array((0, sin(angle), cos(angle)))
        right = np.array((1.0, 0, 0))
        low, high = points.min(axis=0), points.max(axis=0)
        target = (low + high) / 2
        reach = tan(LENS / 2) * shot.fill
        away = 4.0
        for _ in range(12):
            eye = target - ahead * away
            seen = points - eye
            depth = seen @ ahead
            x, y = seen @ right / depth, seen @ up / depth
            target = target + right * (x.max() + x.min()) / 2 * away
            target = target + up * (y.max() + y.min()) / 2 * away
            spread = max(np.ptp(x), np.ptp(y)) / 2
            away *= 1 + (spread / reach - 1) * 0.8
        if shot.focus < 1:
            spot = low + (high - low) * np.array(shot.aim)
            target = target + (spot - target) * (1 - shot.focus * 0.5)
            away *= shot.focus
        self.camera.location = tuple(target - ahead * away)
        self.camera.rotation_euler = (radians(90) - angle, 0, 0)

    def _lights(self) -> None:
        for name, place, size, power, color in (
            ("key", (-2.1, -2.3, 3.0), 1.7, 160, (1, 0.975, 0.94)),
            ("fill", (3.4, -2.6, 1.6), 3.0, 36, (0.94, 0.97, 1)),
            ("rim", (1.4, 2.3, 3.2), 1.6, 70, (1, 1, 1)),
            ("top", (0, 0.6, 4.5), 4.0, 84, (1, 1, 1)),
        ):
            light = bpy.data.lights.new(name, "AREA")
            light.energy = power
            light.size = size
            light.color = color
            item = bpy.data.objects.new(name, light)
            item.location = place
            way = np.array((0, 0, 0.4)) - np.array(place)
            item.rotation_euler = _facing(way)
            self.scene.collection.objects.link(item)

    def _world(self) -> None:
        """A room for reflections: bright above, dimmer around, so that glass has edges."""
        world = bpy.data.worlds.new("room")
        self.scene.world = world
        world.use_nodes = True
        nodes, links = world.node_tree.nodes, world.node_tree.links
        place = nodes.new("ShaderNodeTexCoord")
        parts = nodes.new("ShaderNodeSeparateXYZ")
        ramp = nodes.new("ShaderNodeValToRGB")
        links.new(place.outputs["Generated"], parts.inputs[0])
        links.new(parts.outputs[2], ramp.inputs[0])
        ramp.color_ramp.elements[0].color = (0.33, 0.33, 0.34, 1)
        ramp.color_ramp.elements[1].color = (1, 1, 1, 1)
        ramp.color_ramp.elements[1].position = 0.9
        background = nodes["Background"]
        links.new(ramp.outputs[0], background.inputs[0])
        background.inputs[1].default_value = 0.34
        world.cycles.sampling_method = "NONE"  # even light: building a map costs 0.8 s a photo


def _facing(way: Array) -> tuple[float, float, float]:
    """The rotation that turns a lamp's -z toward `way`."""
    x, y, z = way / np.linalg.norm(way)
    return (float(np.arccos(-z)), 0.0, float(np.arctan2(y, x) - np.pi / 2))


def _all(parts: list[Part]) -> Array:
    return np.concatenate([part.mesh.vertices for part in parts])


def _turned(points: Array, degrees: float) -> Array:
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return np.asarray(points @ np.array(((c, s, 0), (-s, c, 0), (0, 0, 1))))


def _paint(name: str) -> Material:
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    material.node_tree.nodes["Principled BSDF"].inputs["Roughness"].default_value = 0.9
    material.node_tree.nodes["Principled BSDF"].inputs["Specular IOR Level"].default_value = 0.1
    return material


def _daylight() -> Material:
    """A pale room that is brighter toward one upper corner, shining."""
    material = bpy.data.materials.new("room")
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    shader = nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = (0, 0, 0, 1)
    shader.inputs["Specular IOR Level"].default_value = 0
    shader.inputs["Emission Strength"].default_value = 1
    place = nodes.new("ShaderNodeMapping")
    place.inputs["Rotation"].default_value = (0, 0, radians(-40))
    place.inputs["Scale"].default_value = (0.16, 0.16, 1)
    place.inputs["Location"].default_value = (0.55, 0, 0)
    gradient = nodes.new("ShaderNodeTexGradient")
    gradient.gradient_type = "EASING"
    ramp = nodes.new("ShaderNodeValToRGB")
    ramp.color_ramp.elements[0].color = (0.78, 0.81, 0.84, 1)
    ramp.color_ramp.elements[1].color = (0.42, 0.42, 0.42, 1)
    links.new(nodes.new("ShaderNodeTexCoord").outputs["UV"], place.inputs[0])
    links.new(place.outputs[0], gradient.inputs[0])
    links.new(gradient.outputs[1], ramp.inputs[0])
    links.new(ramp.outputs[0], shader.inputs["Emission Color"])
    return material


def _board(width: float, y: float, low: float, high: float) -> Mesh:
    """An upright board behind the camera, for mirrors to show a room."""
    x = width / 2
    corner = np.array([[[x, y, low], [-x, y, low]], [[x, y, high], [-x, y, high]]], dtype=float)
    return grid(corner, corner[..., ::2].copy())


def _cyclorama() -> Mesh:
    """A floor that bends up into a wall behind the product."""
    angle = np.linspace(0, np.pi / 2, 13)
    y = np.concatenate([[-14], 2.5 + 2 * np.sin(angle), [4.5]])
    z = np.concatenate([[0], 2 - 2 * np.cos(angle), [14]])
    x = np.linspace(-14, 14, 3)
    points = np.stack([np.broadcast_to(x, (len(y), 3)), np.broadcast_to(y[:, None], (len(y), 3)),
                       np.broadcast_to(z[:, None], (len(y), 3))], axis=2)  # fmt: skip
    return grid(points, points[..., :2])


def _wall() -> Mesh:
    corner = np.array([[[-9, 0, -9], [9, 0, -9]], [[-9, 0, 9], [9, 0, 9]]], dtype=float)
    return grid(corner, corner[..., :2])


def _object(name: str, shape: Mesh, material: Material, subdivide: int = 0) -> Object:
    """A Blender object of a mesh."""
    data = bpy.data.meshes.new(name)
    keep = np.ones(shape.faces.shape, dtype=bool)
    keep[:, 3] = shape.faces[:, 3] != shape.faces[:, 2]
    loops = shape.faces[keep].astype(np.int32)
    counts = keep.sum(axis=1)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int32)
    data.vertices.add(len(shape.vertices))
    data.vertices.foreach_set("co", shape.vertices.astype(np.float32).ravel())
    data.loops.add(len(loops))
    data.loops.foreach_set("vertex_index", loops)
    data.polygons.add(len(counts))
    data.polygons.foreach_set("loop_start", starts)
    layer = data.uv_layers.new(name="UV")
    layer.uv.foreach_set("vector", shape.uv[keep].astype(np.float32).ravel())
    data.update(calc_edges=True)
    data.validate()
    data.polygons.foreach_set("use_smooth", np.ones(len(data.polygons), dtype=bool))
    if shape.crease < 180:
        data.set_sharp_from_angle(angle=radians(shape.crease))
    data.materials.append(material)
    item = bpy.data.objects.new(name, data)
    if subdivide:
        modifier = item.modifiers.new("round", "SUBSURF")
        modifier.levels = modifier.render_levels = subdivide
    bpy.context.scene.collection.objects.link(item)
    return item
